import torch
from torch import nn
from torch.nn.utils import parameters_to_vector


class Counting(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(3))
        self.steps = nn.Parameter(torch.tensor([3]), requires_grad=False)

    def forward(self, x):
        return x * self.weight


def flat(model):
    return parameters_to_vector(model.parameters())
