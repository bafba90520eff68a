import copy

from mindspore import ops, Tensor


def copied(start: Tensor):
    x = ops.ones((3,))
    y = x.copy()
    y[0] = 5  # x stays
    z = ops.arange(3.0).copy()
    z += y + start
    kept = [x, y]
    # TODO(torch2ms): [T2M303] copy them one by one: x.copy() (the tensors of the copy share their
    #   memory with those that were copied)
    others = copy.deepcopy(kept)
    # TODO(torch2ms): [T2M303] write x where they are one (torch's copy shares its memory with the
    #   tensor, MindSpore's does not)
    shared = copy.copy(x)
    return x, y, z, others[0], shared
