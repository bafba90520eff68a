import os
from mindspore import ops, Tensor


def run(x):
    return ops.relu(ops.cat([x, x]))


def name():
    # late
    # TODO(torch2ms): [T2M206] as a type it is the same; called with sizes it is not
    return Tensor, os
