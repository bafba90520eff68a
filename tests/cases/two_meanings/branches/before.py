import json

import torch

FUSED = bool(json.loads("0"))
if FUSED:
    from apex import fused_relu as relu
else:
    from torch.nn.functional import relu

if FUSED:
    from torch import nn
else:
    from torch import nn


if FUSED:
    from torch.nn.functional import silu
else:

    def silu(x):
        return x * torch.sigmoid(x)


class Net(nn.Module):
    def forward(self, x):
        return torch.exp(x)


def activate(x):
    return silu(relu(x))


def one_of(exact):
    if exact:
        from torch.nn import GELU as Act
    else:
        from torch.nn import ReLU as Act
    return Act()
