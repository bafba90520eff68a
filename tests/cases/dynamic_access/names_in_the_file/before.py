import torch
import torch.nn.functional as F
from torch import nn

ACTIVATIONS = {"relu": "ReLU", "gelu": "GELU"}


def conv_of(dim):
    return getattr(nn, f"Conv{dim}d")


def norm_of(dim, kind="batch"):
    if kind == "batch":
        return getattr(nn, "BatchNorm%dd" % dim)
    return nn.__dict__["AdaptiveMaxPool" + str(dim) + "d"]


class Block(nn.Module):
    def __init__(self, act="ReLU", last="relu", name="leaky_relu"):
        super().__init__()
        self.conv = conv_of(2)(3, 4, 3, padding=1)
        self.norm = norm_of(2)(4)
        self.pool = norm_of(2, "pool")(2)
        self.act = getattr(nn, act)()  # also what build() passes
        self.last = getattr(nn, ACTIVATIONS[last])()
        self.fixed = getattr(nn, "LeakyReLU")(0.2)
        self.squash = vars(nn)["Tanh"]()
        self.name = name

    def forward(self, x):
        x = self.pool(self.act(self.norm(self.conv(x))))
        x = self.squash(self.fixed(self.last(x)))
        return getattr(F, self.name)(x)


def build():
    return [Block("GELU"), Block(act="SiLU", name="gelu")]


def all_of(x):
    total = 0.0
    for name in ("relu", "sigmoid", "exp"):
        total = total + getattr(torch, name)(x)
    return total


def or_default(x, smooth: bool):
    act = getattr(F, "silu" if smooth else "hardtanh", F.relu)
    return act(x)


def as_type(x, dtype="float64"):
    return x.to(getattr(torch, dtype))


def unknown(name):
    return getattr(nn, name)
