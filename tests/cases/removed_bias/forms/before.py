"""Biases that are taken from layers after they were made."""

import torch
from torch import nn


class Plain(nn.Linear):
    def __init__(self, dim):
        super().__init__(dim, dim)
        self.bias = None


class Net(nn.Module):
    def __init__(self, tied):
        super().__init__()
        self.fc = nn.Linear(4, 3)
        self.fc.bias = None  # the norm has one
        self.body = nn.Sequential(nn.Conv1d(3, 3, 1), nn.ReLU())
        self.body[0].register_parameter("bias", None)
        self.head = nn.Linear(3, 3)
        if tied:
            self.head.bias = None
        self.plain = Plain(3)

    def forward(self, x):
        return self.plain(self.head(self.body(self.fc(x).unsqueeze(2)).squeeze(2)))
