import functools
from collections import defaultdict

import torch
import torch.nn as nn


@functools.lru_cache(maxsize=None)
def table(n):
    return torch.zeros(n)


def cached(a: torch.Tensor):
    t = table(3)
    t.zero_()
    t.add_(a.detach())
    return table(3) * 2


twice = lambda t: (t, t)


def by_a_lambda(a: torch.Tensor):
    x, y = twice(a * 2)
    x.add_(1)
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


def by_an_object(a: torch.Tensor):
    x, y = Pair(a)(a)
    x += 1
    return x, y


def by_a_property(a: torch.Tensor):
    pair = Pair(a * 1)
    x = pair.it
    x.add_(1)
    return x, pair.it


def by_a_block(a: torch.Tensor):
    h = a * 2
    with Pair(h) as t:
        t.mul_(3)
    return h


def accumulated(a: torch.Tensor):
    total = 0
    for x in (a * 1, a * 2):
        total += x
    same = total
    same.mul_(2)
    return total


def first(p):
    s, t = p
    s += 1
    return s, t


def pair_of(t):
    t = t * 2
    return t, t


def passed_whole(a: torch.Tensor):
    return first(pair_of(a))


def in_a_list(a: torch.Tensor):
    h = a * 2
    d = defaultdict(list)
    d["a"].append(h)
    v = d["a"][0]
    v += 1.5
    return v, h


def row_of_a_list(a: torch.Tensor):
    rows = list((a.detach() * 2).unbind(0))
    row = rows[0]
    row.add_(1)
    return row, rows[0]


def parameter(a: torch.Tensor):
    h = a.detach() * 2
    p = nn.Parameter(h)
    h += 1
    return p * 1


def parameter_written(a: torch.Tensor):
    h = a.detach() * 2
    p = nn.Parameter(h)
    with torch.no_grad():
        p += 1
    return h


def real(a: torch.Tensor):
    h = a * 2
    v = torch.real(h)
    v.add_(1)
    return h


def item_of_a_tuple(a: torch.Tensor):
    h = a * 2
    pairs = [(h, a)]
    pairs[0][0].mul_(3)
    return h
