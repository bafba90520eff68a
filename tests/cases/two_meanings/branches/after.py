import json

from mindspore import nn, ops

FUSED = bool(json.loads("0"))
if FUSED:
    from apex import fused_relu as relu
else:
    from torch.nn.functional import relu


if FUSED:
    from torch.nn.functional import silu
else:

    def silu(x):
        return x * ops.sigmoid(x)


class Net(nn.Cell):
    def construct(self, x):
        return ops.exp(x)


def activate(x):
    return silu(relu(x))


def one_of(exact):
    if exact:
        from torch.nn import GELU as Act
    else:
        from torch.nn import ReLU as Act
    return Act()
