import torch
import torch.nn.functional as F
from torch import nn

ACTIVATIONS = {
    "relu": F.relu,
    "relu6": F.relu6,
    "celu": F.celu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "selu": F.selu,
    "hard": F.hardtanh,
    "silu": F.silu,
    "mish": F.mish,
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
}


def get(name):
    return ACTIVATIONS[name]


class Net(nn.Module):
    def __init__(self, activation="relu6"):
        super().__init__()
        self.act = get(activation)
        self.lin = nn.Linear(3, 4)

    def forward(self, x):
        return self.act(self.lin(x))


def all_of_them(x):
    return torch.cat([act(3 * x) for act in ACTIVATIONS.values()])


def chosen(x, smooth: bool):
    act = F.gelu if smooth else F.leaky_relu
    return act(x)


def by_default(x, act=F.softplus):
    return act(x)
