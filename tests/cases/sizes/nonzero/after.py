import math
from mindspore import ops, Tensor


def nonzero_tuple(input):
    """Indices of the nonzero elements, one tensor per dimension, as torch.where(condition) gives them."""
    indices = ops.nonzero(input)
    return tuple(indices[:, i] for i in range(input.ndim))


def counted(x: Tensor):
    found = ops.nonzero(x > 0)
    rows = ops.nonzero(x > 0)
    by_axis = nonzero_tuple(x > 0)
    first = nonzero_tuple(x > 0)[0]
    flat = ops.nonzero(x.view(-1) > 0).squeeze(1)
    return math.prod(found.shape), rows.shape[0], by_axis[0].shape[0], first.shape, flat.shape[0], len(by_axis)


def asked(x: Tensor, several):
    # TODO(torch2ms): [T2M204] make the form visible: pass by keyword, or use the function that has
    #   only this form (the form of this call depends on a value that cannot be told here)
    return x.nonzero(as_tuple=several)
