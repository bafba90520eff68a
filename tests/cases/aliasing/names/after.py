from mindspore import ops, Tensor

kept = []
last = None


def keep(x: Tensor):
    global last
    last = x
    kept.append(x)


def store(into, x: Tensor):
    into["x"] = x


def add(x: Tensor, y: Tensor):
    x.copy_(x + 1)
    return x + y


class Counter:
    total = ops.zeros((2, 3))

    def add(self):
        self.total.copy_(self.total + 1)


def outside(x: Tensor):
    h = x * 2
    keep(h)
    h.copy_(h + 1)
    table = {}
    k = x * 3
    store(table, k)
    k.copy_(k + 1)
    return h, last, kept[-1], k, table["x"]


def inside(x: Tensor):
    h = x * 2

    def get():
        return h

    v = get()
    v += 1
    h = v
    k = x * 3
    both = add(k, k)
    w = k if x is not None else h
    w.copy_(w + 1)
    return v, h, both, w, k


def shared(x: Tensor):
    a, b = Counter(), Counter()
    before = Counter.total.sum() * 1
    a.add()
    return b.total - before / 6 + x * 0


def matched(x: Tensor):
    h = x * 2
    match h:
        case v:
            pass
    v += 1
    h = v
    return v, h
