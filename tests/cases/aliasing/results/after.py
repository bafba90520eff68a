from collections import namedtuple

from mindspore import Tensor

Two = namedtuple("Two", ["first", "second"])


def twice(x: Tensor):
    x = x * 2
    return x, x


def listed(x: Tensor):
    x = x * 2
    kept = [x]
    kept.append(x)
    return kept


def nested(x: Tensor):
    h = x * 2
    return x + 1, (h, h)


def apart(x: Tensor):
    return x * 2, x * 3


def named(x: Tensor):
    x = x * 2
    return Two(x, second=x)


def by_key(x: Tensor):
    x = x * 2
    return {"a": x, "b": x}


def steps(x: Tensor):
    h = x * 2
    for _ in range(2):
        yield h


def same(x: Tensor):
    return x


class Kept:
    def __init__(self, x: Tensor):
        self.h = x * 2

    @property
    def value(self):
        return self.h

    def put(self, x: Tensor):
        self.last = x * 3
        return self.last


def unpacked(x: Tensor):
    a, b = twice(x)
    a += 1
    b = a
    c, *rest = listed(x)
    c.copy_(c + 1)
    d, (e, f) = nested(x)
    e += 1
    f = e
    g, h = apart(x)
    g += 1
    return a, b, c, rest[0], d, e, f, g, h


def held(x: Tensor):
    pair = named(x)
    a = pair.first
    a.copy_(a + 1)
    both = by_key(x)
    b = both["a"]
    b.copy_(b + 1)
    c, d = steps(x)
    c.copy_(c + 1)
    h = x * 2
    e = same(same(h))
    e += 1
    h = e
    return a, pair.second, b, both["b"], c, d, e, h


def methods(x: Tensor):
    kept = Kept(x)
    a = kept.value
    a.copy_(a + 1)
    b = kept.put(x)
    b.copy_(b + 1)
    return a, kept.h, b, kept.last
