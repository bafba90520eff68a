from mindspore import ops

import collections.abc as container_abcs


def third(x):
    return ops.relu(x) * 2


def f(x):
    return ops.silu(x) + ops.relu(x) + third(x), isinstance([x], container_abcs.Sequence)
