"""A cast to the dtype that a tensor has is the tensor; MindSpore copies where it is a view."""

from mindspore import ops


def of_views(x):
    rows = ops.arange(6.0).reshape(2, 3)
    same = rows.float()
    # TODO(torch2ms): [T2M303] torch changes the tensor in place, and rows with it; in MindSpore
    #   only this name changes
    same += 1
    flat = ops.zeros((2, 3)).view(6)
    alike = flat.astype(x.dtype)
    # TODO(torch2ms): [T2M303] torch changes the tensor in place, and flat with it; in MindSpore
    #   only this name changes
    alike = alike + x.sum()
    return rows, flat


def of_new_tensors(x):
    steps = ops.arange(3.0)
    same = steps.float()
    same.copy_(same + 1)
    total = (x * 2).view(-1).float()
    total *= 2  # nobody else holds it
    return steps, total
