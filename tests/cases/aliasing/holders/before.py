import torch


class Total:
    def __init__(self):
        self.total = torch.zeros(2, 3)

    def add(self, x: torch.Tensor):
        self.total += x
        return self.total


def bump(t: torch.Tensor):
    t.add_(1)


def containers(x: torch.Tensor, y: torch.Tensor):
    h = x * 1
    pair = (h, 1)
    h += 1
    kept = []
    for _ in range(3):
        h.mul_(y)
        kept.append(h)
    d = {"a": x * 2}
    for value in d.values():
        value.sub_(y)
    return pair[0], kept[0], d["a"]


def attributes(x: torch.Tensor):
    total = Total()
    first = total.add(x)
    total.add(x)
    return first


def called(x: torch.Tensor):
    h = x * 2
    bump(h)
    return h


def used(x: torch.Tensor, y: torch.Tensor):
    h = x * 2
    k = h
    z = h.mul_(y)
    z = torch.exp(k.clamp_(max=1)) + z
    return h, k, z


def parts(x: torch.Tensor):
    y = x * 2
    a, b = y[0], y[1]
    a += 1
    h = x * 3
    left, right = h[:, :1], h[:, 1:]
    left *= 2
    return a, b, left, right
