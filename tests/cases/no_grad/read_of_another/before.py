"""Reads of a name that another value reaches first, or may reach as well."""

from types import SimpleNamespace

import torch
from torch import nn


class First(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)

    def head(self, x):
        return SimpleNamespace(logits=self.fc(x))

    def forward(self, x):
        with torch.no_grad():
            out = self.head(x)
        y = out.logits * 2
        out = self.head(x)
        return out.logits * y


class Turns(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)

    def head(self, x):
        return SimpleNamespace(logits=self.fc(x))

    def forward(self, x):
        total = 0.0
        for _ in range(2):
            out = self.head(x)
            total = total + out.logits
            with torch.no_grad():
                out = self.head(x)
            total = total * out.logits
        return total


class Either(nn.Module):
    def __init__(self, head, frozen):
        super().__init__()
        self.head = head
        self.frozen = frozen

    def forward(self, x):
        if self.frozen:
            with torch.no_grad():
                out = self.head(x)
        else:
            out = self.head(x)
        return out.logits * 2
