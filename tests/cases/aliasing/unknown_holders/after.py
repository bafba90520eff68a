from mindspore import ops, Tensor


class Store:
    def __init__(self):
        self.first = ops.ones((3,))
        self.kept = [ops.ones((3,)) * -1, ops.zeros((3,))]

    def parts(self):
        return list(self.kept)


STORES = {"parts": lambda: list(STORES["store"].kept)}


def start():
    STORES["store"] = Store()
    return STORES["store"]


def found():
    store = STORES["store"]
    return [store.first + 0, *(t + 0 for t in store.kept)]


def items_of_a_call(a: Tensor):
    start()
    store = STORES["store"]
    for p in store.parts():
        p.copy_(ops.full_like(p, 0.5))
    for p in store.parts():
        p.copy_(p.copy() * 2)
        p.copy_(p + 1)
    return found()


def items_by_number(a: Tensor):
    start()
    q = STORES["parts"]()[0]
    q.copy_(q - a)
    q.copy_(ops.relu(q))
    return found()


def items_unpacked(a: Tensor):
    start()
    p, q = STORES["parts"]()
    p.copy_(ops.broadcast_to(a, p.shape).astype(p.dtype))
    [_, s] = STORES["parts"]()
    s.copy_(ops.relu(s.copy()))
    return found()


def attribute(a: Tensor):
    store = start()
    r = store.first
    r.copy_(r.copy() * a + 1)
    return found()


def read_again(a: Tensor):
    start()
    q = STORES["parts"]()[0]
    q.copy_(q - a)
    return q * 2, found()


def nothing_else_done(a: Tensor):
    start()
    [p.copy_(ops.full_like(p, 0.25)) for p in STORES["parts"]()]
    q = STORES["parts"]()[0]
    for _ in range(3):
        q.copy_(q + a)
    return found()


def scale(t: Tensor):
    u = t + 1
    t.copy_(t.copy() * 2)
    return u


def through_a_function(a: Tensor):
    start()
    scale(STORES["parts"]()[1])
    return scale(a * 1), found()


def perhaps_a_tensor(store, a: Tensor):
    t = store["h"]
    # TODO(torch2ms): [T2M303] if this is a tensor, torch changes it for whoever else holds it; in
    #   MindSpore only this name changes
    t += 1
    return a


def counts(store, a: Tensor):
    n = store["n"]
    n += 1
    names = store["names"]
    names += ["x"]
    return a * n


def bound_anew(a: Tensor):
    x = a + 1
    for _ in range(2):
        x = x * 2
    y = ops.zeros((3,))
    y = y + x
    return y
