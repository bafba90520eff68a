from mindspore import ops


def platform(x):
    return ops.relu(x) + ops.relu(x)


def of_another(x):
    return x.sum() * getattr(x, "shape")[0]


def left(x):
    import torch

    # TODO(torch2ms): [T2M205] convert it by hand (torch._subclasses.FakeTensor is not in the
    #   tables)
    return isinstance(x, getattr(torch, "_subclasses").FakeTensor)
