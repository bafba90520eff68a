import sys

from mindspore import nn, ops

has_xformers = False

if sys.version_info > (3, 99):
    from fused import relu
else:
    from torch.nn.functional import relu


def norm(x):
    return nn.LayerNorm((3,), epsilon=1e-5)(x)


def run(x):
    return nn.LayerNorm((3,), epsilon=1e-5)(ops.gelu(x)) + nn.Dense(3, 3)(x) * 0 + norm(x), has_xformers


def left(x):
    return relu(x)
