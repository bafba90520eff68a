from mindspore import ops, Tensor


class Total:
    def __init__(self):
        self.total = ops.zeros((2, 3))

    def add(self, x: Tensor):
        self.total.copy_(self.total + x)
        return self.total


def bump(t: Tensor):
    t.copy_(t + 1)


def containers(x: Tensor, y: Tensor):
    h = x * 1
    pair = (h, 1)
    h.copy_(h + 1)
    kept = []
    for _ in range(3):
        h.copy_(h.copy() * y)
        kept.append(h)
    d = {"a": x * 2}
    for value in d.values():
        value.copy_(value - y)
    return pair[0], kept[0], d["a"]


def attributes(x: Tensor):
    total = Total()
    first = total.add(x)
    total.add(x)
    return first


def called(x: Tensor):
    h = x * 2
    bump(h)
    return h


def used(x: Tensor, y: Tensor):
    h = x * 2
    k = h
    z = h = k = h * y
    z = ops.exp(k.copy_(k.copy().clamp(max=1))) + z
    return h, k, z


def parts(x: Tensor):
    y = x * 2
    a, b = y[0], y[1]
    a += 1
    h = x * 3
    left, right = h[:, :1], h[:, 1:]
    left *= 2
    return a, b, left, right
