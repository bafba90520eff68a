from types import SimpleNamespace

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)

    def first(self, y):
        kept = []
        with torch.no_grad():
            kept.append(y.exp())
            return kept[0]

    def filled(self, y):
        rows = torch.zeros(2, 3)
        with torch.no_grad():
            rows[0] = y[0].exp()
            return rows

    def named(self, y):
        made = SimpleNamespace(t=None, d={})
        with torch.no_grad():
            made.t = y.sin()
            made.d["a"] = y.cos()
            return made.t * made.d["a"], made.d

    def forward(self, x):
        y = self.fc(x)
        product, named = self.named(y)
        return y * self.first(y) * self.filled(y) * product * named["a"]
