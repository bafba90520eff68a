import torch

kept = []
last = None


def keep(x: torch.Tensor):
    global last
    last = x
    kept.append(x)


def store(into, x: torch.Tensor):
    into["x"] = x


def add(x: torch.Tensor, y: torch.Tensor):
    x += 1
    return x + y


class Counter:
    total = torch.zeros(2, 3)

    def add(self):
        self.total += 1


def outside(x: torch.Tensor):
    h = x * 2
    keep(h)
    h += 1
    table = {}
    k = x * 3
    store(table, k)
    k += 1
    return h, last, kept[-1], k, table["x"]


def inside(x: torch.Tensor):
    h = x * 2

    def get():
        return h

    v = get()
    v += 1
    k = x * 3
    both = add(k, k)
    w = k if x is not None else h
    w += 1
    return v, h, both, w, k


def shared(x: torch.Tensor):
    a, b = Counter(), Counter()
    before = Counter.total.sum() * 1
    a.add()
    return b.total - before / 6 + x * 0


def matched(x: torch.Tensor):
    h = x * 2
    match h:
        case v:
            pass
    v += 1
    return v, h
