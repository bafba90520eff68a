import torch
import torch.nn.functional as F


class Store:
    def __init__(self):
        self.first = torch.ones(3)
        self.kept = [torch.ones(3) * -1, torch.zeros(3)]

    def parts(self):
        return list(self.kept)


STORES = {"parts": lambda: list(STORES["store"].kept)}


def start():
    STORES["store"] = Store()
    return STORES["store"]


def found():
    store = STORES["store"]
    return [store.first + 0, *(t + 0 for t in store.kept)]


def items_of_a_call(a: torch.Tensor):
    start()
    store = STORES["store"]
    for p in store.parts():
        p.fill_(0.5)
    for p in store.parts():
        p.mul_(2)
        p.add_(1)
    return found()


def items_by_number(a: torch.Tensor):
    start()
    q = STORES["parts"]()[0]
    q.sub_(a)
    F.relu(q, inplace=True)
    return found()


def items_unpacked(a: torch.Tensor):
    start()
    p, q = STORES["parts"]()
    p.copy_(a)
    [_, s] = STORES["parts"]()
    s.relu_()
    return found()


def attribute(a: torch.Tensor):
    store = start()
    r = store.first
    r.mul_(a).add_(1)
    return found()


def read_again(a: torch.Tensor):
    start()
    q = STORES["parts"]()[0]
    q.sub_(a)
    return q * 2, found()


def nothing_else_done(a: torch.Tensor):
    start()
    [p.fill_(0.25) for p in STORES["parts"]()]
    q = STORES["parts"]()[0]
    for _ in range(3):
        q.add_(a)
    return found()


def scale(t: torch.Tensor):
    u = t + 1
    t.mul_(2)
    return u


def through_a_function(a: torch.Tensor):
    start()
    scale(STORES["parts"]()[1])
    return scale(a * 1), found()


def perhaps_a_tensor(store, a: torch.Tensor):
    t = store["h"]
    t += 1
    return a


def counts(store, a: torch.Tensor):
    n = store["n"]
    n += 1
    names = store["names"]
    names += ["x"]
    return a * n


def bound_anew(a: torch.Tensor):
    x = a + 1
    for _ in range(2):
        x.mul_(2)
    y = torch.zeros(3)
    y.add_(x)
    return y
