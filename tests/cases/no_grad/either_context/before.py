import contextlib

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)
        self.frozen = True

    def forward(self, x, learn):
        y = self.fc(x)
        with torch.no_grad() if self.frozen else contextlib.nullcontext():
            t = y.exp()
        with torch.set_grad_enabled(not self.frozen and learn):
            u = y.sin()
        with torch.enable_grad() if learn else torch.no_grad():
            v = y.cos()
        return y * t * u * v
