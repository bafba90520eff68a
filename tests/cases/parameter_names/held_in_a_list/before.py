import torch
from torch import nn


def optimizer_of(nets: list[nn.Module]):
    params = []
    for net in nets:
        params += list(net.parameters())
    return torch.optim.SGD(params, lr=0.1)


def of_two(first: nn.Module, second: nn.Module):
    return torch.optim.Adam(list(first.parameters()) + list(second.parameters()))


def make():
    first = nn.Linear(2, 2)
    second = nn.Linear(2, 2)
    first.load_state_dict(torch.load("first.pth"))
    return torch.optim.Adam([*first.parameters(), *second.parameters()])
