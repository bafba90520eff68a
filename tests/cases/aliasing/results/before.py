from collections import namedtuple

import torch

Two = namedtuple("Two", ["first", "second"])


def twice(x: torch.Tensor):
    x = x * 2
    return x, x


def listed(x: torch.Tensor):
    x = x * 2
    kept = [x]
    kept.append(x)
    return kept


def nested(x: torch.Tensor):
    h = x * 2
    return x + 1, (h, h)


def apart(x: torch.Tensor):
    return x * 2, x * 3


def named(x: torch.Tensor):
    x = x * 2
    return Two(x, second=x)


def by_key(x: torch.Tensor):
    x = x * 2
    return {"a": x, "b": x}


def steps(x: torch.Tensor):
    h = x * 2
    for _ in range(2):
        yield h


def same(x: torch.Tensor):
    return x


class Kept:
    def __init__(self, x: torch.Tensor):
        self.h = x * 2

    @property
    def value(self):
        return self.h

    def put(self, x: torch.Tensor):
        self.last = x * 3
        return self.last


def unpacked(x: torch.Tensor):
    a, b = twice(x)
    a += 1
    c, *rest = listed(x)
    c += 1
    d, (e, f) = nested(x)
    e += 1
    g, h = apart(x)
    g += 1
    return a, b, c, rest[0], d, e, f, g, h


def held(x: torch.Tensor):
    pair = named(x)
    a = pair.first
    a += 1
    both = by_key(x)
    b = both["a"]
    b += 1
    c, d = steps(x)
    c += 1
    h = x * 2
    e = same(same(h))
    e += 1
    return a, pair.second, b, both["b"], c, d, e, h


def methods(x: torch.Tensor):
    kept = Kept(x)
    a = kept.value
    a += 1
    b = kept.put(x)
    b += 1
    return a, kept.h, b, kept.last
