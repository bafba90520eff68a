"""Modules that are no layers of torch's keep the names of their inputs."""

import torch
from torch import nn


class Scaled(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)

    def forward(self, input, scale=1.0):
        return self.fc(input) * scale


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.scaled = Scaled()

    def forward(self, x, **options):
        return self.scaled(input=x, scale=2.0, **options)
