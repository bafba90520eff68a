import torch
from torch import nn
from torch.func import grad, vmap

SCALE = 0.5


def similar(a, b):
    """How alike two vectors are."""
    product = a * b
    return SCALE * product.sum()


def pair(x):
    return x * 2, x.sum()


def distance(a, b):
    return torch.abs(a - b).sum()


def error(w, x, y):
    return ((x * w).sum() - y) ** 2


def mapped(x: torch.Tensor, y: torch.Tensor):
    rows = vmap(similar)(x, y)
    columns = torch.vmap(similar, in_dims=1)(x, y)
    to_one = torch.vmap(similar, in_dims=(0, None))(x, y[0])
    doubled, totals = vmap(pair)(x)
    sideways = torch.vmap(torch.sin, 0, 1)(x)
    last = torch.func.vmap(torch.sin, out_dims=-1)(y)
    return rows, columns, to_one, doubled, totals, sideways, last


def nested(x: torch.Tensor, y: torch.Tensor):
    return vmap(vmap(distance, in_dims=(None, 0)), in_dims=(0, None))(x, y)


def by_sample(w: torch.Tensor, x: torch.Tensor, y: torch.Tensor):
    return vmap(grad(error), in_dims=(None, 0, 0))(w, x, y)


def around(x: torch.Tensor, w: torch.Tensor):
    def one(v):
        return v @ w

    return vmap(one)(x), vmap(lambda v: v.softmax(-1))(x)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(4, 3)
        self.weight = nn.Parameter(torch.ones(3))

    def one(self, v):
        return torch.tanh(self.layer(v)) * self.weight

    def forward(self, x):
        return torch.vmap(self.one)(x) + vmap(self.layer, out_dims=1)(x).T
