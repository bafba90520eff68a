from mindspore import ops


def relu(input, inplace=False):
    """max(x, 0), with torch's arguments."""
    return ops.relu(input)


def build(name, other):
    import torch
    from torch import nn

    # TODO(torch2ms): [T2M104] an attribute of torch.nn is looked up by its name: write out what…
    layer = getattr(nn, name)()
    act = relu
    print(getattr(other, name))
    # TODO(torch2ms): [T2M206] torch.Tensor is used as a value, and its counterpart takes other…
    return layer, act, getattr(torch.Tensor, name)
