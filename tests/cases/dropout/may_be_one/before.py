import torch
import torch.nn.functional as F
from torch import nn

RATE = 1.0


class Net(nn.Module):
    def __init__(self, p=1.0):
        super().__init__()
        self.first = nn.Dropout(p)
        self.second = nn.Dropout(p=1.0)

    def forward(self, x: torch.Tensor):
        for rate in (0.0, 1.0):
            x = F.dropout(x, rate)
        return self.second(self.first(F.dropout(x, RATE)))
