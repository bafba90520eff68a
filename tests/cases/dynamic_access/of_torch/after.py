from mindspore import ops


def relu(input, inplace=False):
    """max(x, 0), with torch's arguments."""
    return ops.relu(input)


def build(name, other):
    import torch
    from torch import nn

    # TODO(torch2ms): [T2M104] write out what it may be (an attribute of torch.nn is looked up by
    #   its name)
    layer = getattr(nn, name)()
    act = relu
    print(getattr(other, name))
    # TODO(torch2ms): [T2M206] wrap it in a function that calls it the MindSpore way (torch.Tensor
    #   is used as a value, and its counterpart takes other arguments)
    return layer, act, getattr(torch.Tensor, name)
