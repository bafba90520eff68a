import functools
from collections import defaultdict

from mindspore import ops, Tensor, Parameter


@functools.lru_cache(maxsize=None)
def table(n):
    return ops.zeros((n,))


def cached(a: Tensor):
    t = table(3)
    t.copy_(ops.zeros_like(t))
    t.copy_(t + ops.stop_gradient(a))
    return table(3) * 2


twice = lambda t: (t, t)


def by_a_lambda(a: Tensor):
    x, y = twice(a * 2)
    y = x = x + 1
    return x, y


class Pair:
    def __init__(self, t):
        self.t = t

    def __call__(self, t):
        t = t * 2
        return t, t

    @property
    def it(self):
        return self.t

    def __enter__(self):
        return self.t

    def __exit__(self, *args):
        return False


def by_an_object(a: Tensor):
    x, y = Pair(a)(a)
    x += 1
    y = x
    return x, y


def by_a_property(a: Tensor):
    pair = Pair(a * 1)
    x = pair.it
    x.copy_(x + 1)
    return x, pair.it


def by_a_block(a: Tensor):
    h = a * 2
    with Pair(h) as t:
        t.copy_(t.copy() * 3)
    return h


def accumulated(a: Tensor):
    total = 0
    for x in (a * 1, a * 2):
        total += x
    same = total
    total = same = same * 2
    return total


def first(p):
    s, t = p
    # TODO(torch2ms): [T2M303] torch changes the tensor in place, and what p holds with it; in
    #   MindSpore only this name changes
    s += 1
    return s, t


def pair_of(t):
    t = t * 2
    return t, t


def passed_whole(a: Tensor):
    return first(pair_of(a))


def in_a_list(a: Tensor):
    h = a * 2
    d = defaultdict(list)
    d["a"].append(h)
    v = d["a"][0]
    # TODO(torch2ms): [T2M303] torch changes the tensor in place, and h, list, list[] with it; in
    #   MindSpore only this name changes
    v += 1.5
    return v, h


def row_of_a_list(a: Tensor):
    rows = list((ops.stop_gradient(a) * 2).unbind(0))
    row = rows[0]
    # TODO(torch2ms): [T2M303] torch changes the tensor in place, and what a list, tuple or dict
    #   holds, what row holds, what rows holds with it; in MindSpore only this name changes
    row = row + 1
    return row, rows[0]


def parameter(a: Tensor):
    h = ops.stop_gradient(a) * 2
    p = Parameter(h)
    # TODO(torch2ms): [T2M303] torch changes the tensor in place, and p with it; in MindSpore only
    #   this name changes
    h += 1
    return p * 1


def parameter_written(a: Tensor):
    h = ops.stop_gradient(a) * 2
    p = Parameter(h)
    # TODO(torch2ms): [T2M303] torch changes the tensor in place, and h with it; in MindSpore
    #   only this name changes
    ops.assign(p, p + 1)
    return h


def real(a: Tensor):
    h = a * 2
    v = ops.real(h)
    # TODO(torch2ms): [T2M303] torch changes the tensor in place, and h with it; in MindSpore only
    #   this name changes
    v = v + 1
    return h


def item_of_a_tuple(a: Tensor):
    h = a * 2
    pairs = [(h, a)]
    pairs[0][0].copy_(pairs[0][0].copy() * 3)
    return h
