import torch
from torch import nn
from torch.nn.utils import parametrizations, parametrize
from torch.nn.utils.parametrize import is_parametrized, register_parametrization, remove_parametrizations


class Symmetric(nn.Module):
    def forward(self, x):
        return x.triu() + x.triu(1).transpose(-1, -2)


class Recurrent(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.Linear(3, 3)
        self.out = parametrizations.weight_norm(nn.Conv1d(3, 2, 3))
        register_parametrization(self.cell, "weight", Symmetric())

    def remove(self):
        for layer in (self.cell, self.out):
            if is_parametrized(layer, "weight"):
                remove_parametrizations(layer, "weight")
        return self

    def forward(self, x):
        # twice the same weight
        with parametrize.cached():
            y = self.cell(self.cell(x))
        return self.out(y.transpose(1, 2))


def removed(x):
    torch.manual_seed(0)
    layer = nn.Linear(3, 3)
    nn.init.constant_(layer.weight, 0.5)
    nn.init.zeros_(layer.bias)
    register_parametrization(layer, "weight", Symmetric())
    before = layer(x)
    parametrize.remove_parametrizations(layer, "weight", leave_parametrized=True)
    return before - layer(x) + layer(x), [name for name, _ in layer.named_parameters()]
