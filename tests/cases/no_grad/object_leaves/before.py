from types import SimpleNamespace

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, teacher):
        super().__init__()
        self.fc = nn.Linear(3, 3)
        self.teacher = teacher

    def forward(self, x):
        y = self.fc(x)
        with torch.no_grad():
            out = self.teacher(y)
            made = SimpleNamespace(t=y.exp())
        return y * out.logits * made.t
