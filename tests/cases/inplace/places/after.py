from mindspore import ops, Tensor


class State:
    def __init__(self):
        self.h = ops.ones((3,))


def run(x: Tensor, d: dict, xs: list[Tensor]):
    y = x * 2
    if x.sum() > 0: y = y + 1
    for i in range(3): y[i] = y[i] * 2
    state = State()
    state.h = state.h * 2
    d["x"] = ops.zeros((3,))
    d["x"] = d["x"] + 1
    # TODO(torch2ms): [T2M303] torch changes the tensor that is passed in, MindSpore only this name:
    #   no caller may use it afterwards
    xs[0] = xs[0] * 2
    return y, state.h, d["x"], xs[0]


def views(x: Tensor):
    y = x * 2
    # TODO(torch2ms): [T2M303] assign the result (what is changed in place here is not a variable)
    y.view(-1).mul_(2)
    # TODO(torch2ms): [T2M303] assign the result (what is changed in place here is not a variable)
    y.t().add_(1)
    return y


def used(x: Tensor):
    y = x * 2
    a, b = y.copy_(y + 1), 2
    f = lambda t: y.copy_(y + t)
    # TODO(torch2ms): [T2M303] split it into two statements (the value is used while its receiver
    #   changes in place)
    z = f(3).view(-1).add_(1)
    w = y.copy()
    w = w + w.copy_(w.copy() * 2)
    return a, b, z, w


def out(x: Tensor):
    import torch

    y = x * 2
    # TODO(torch2ms): [T2M202] leave out= out if it makes no difference here, or compute what it
    #   does separately (out=: MindSpore has no out=)
    torch.add(x, 1, out=y)
    return y
