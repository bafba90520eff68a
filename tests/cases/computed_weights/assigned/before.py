import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils import parametrize


class Positive(nn.Module):
    def forward(self, x):
        return F.softplus(x)

    def right_inverse(self, y):
        return torch.log(torch.expm1(y))


class Scale(nn.Module):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.full((2, 2), 0.5))
        parametrize.register_parametrization(self, "scale", Positive())

    def forward(self, x):
        return x @ self.scale


def main(x):
    net = Scale()
    before = net(x)
    with torch.no_grad():
        net.scale = torch.full((2, 2), 2.0)
    return before.detach(), net(x), net.parametrizations.scale.original
