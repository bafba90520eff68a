import functools
from functools import wraps

import torch
from torch import nn


@wraps(torch.sparse.softmax)
def relu(x):
    return torch.relu(x)


@wraps(torch.tanh)
def tanh(x):
    return torch.tanh(x)


# kept: the name of the function is there
@wraps(torch.sigmoid)
def sigmoid(x):
    return torch.sigmoid(x)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3, 3)

    @functools.wraps(torch.nn.Module.cuda)
    def forward(self, x):
        return self.linear(x)
