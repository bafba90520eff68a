import os
from mindspore import ops


def run(x):
    return ops.relu(ops.cat([x, x]))


def name():
    from torch import Tensor  # late
    # TODO(torch2ms): [T2M206] torch.Tensor is used as a value, and its counterpart takes other…
    return Tensor, os
