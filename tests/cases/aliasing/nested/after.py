import copy
from dataclasses import dataclass

from mindspore import Tensor


@dataclass
class Pair:
    a: Tensor
    b: Tensor


class Box:
    def __init__(self, v):
        self.v = v


class State:
    def __init__(self, x: Tensor):
        self.d = {"a": x * 2, "l": [x * 3]}

    def step(self):
        v = self.d["l"][0]
        v.copy_(v + 1)


def containers(x: Tensor):
    h = x * 2
    d = {"l": [(h, x)]}
    v = d["l"][0][0]
    v += 1
    h = v
    k = x * 3
    copied = copy.copy([k])
    w = list(reversed(copied))[0]
    w.copy_(w + 1)
    merged = {**{"a": k}}
    u = merged.get("a")
    u.copy_(u + 1)
    table = {}
    table.setdefault("x", []).append(h)
    t = table["x"][0]
    t.copy_(t + 1)
    return h, v, k, w, u, t


def loops(x: Tensor):
    hs = [x * 2, x * 3]
    ks = {"a": x * 4}
    for i, (h, k) in enumerate(zip(hs, list(ks.values()))):
        h.copy_(h + i)
        k.copy_(k + 1)
    for pair in ks.items():
        v = pair[1]
        v.copy_(v + 1)
    same = [hs[0]] * 2
    same[0].copy_(same[0] + 1)
    return hs[0], hs[1], ks["a"], same[1]


def objects(x: Tensor):
    h = x * 2
    box = Box(Box(h))
    inner = box.v
    other = inner
    v = other.v
    v.copy_(v + 1)
    pair = Pair(h, b=x)
    w = getattr(pair, "a")
    w.copy_(w + 1)
    state = State(x)
    kept = state.d["l"][0]
    state.step()
    return h, box.v.v, inner.v, pair.a, kept, state.d["l"][0]
