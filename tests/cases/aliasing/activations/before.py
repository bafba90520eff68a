import torch
from torch import nn
import torch.nn.functional as F


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU(inplace=True)
        self.act = nn.SiLU(inplace=True)

    def forward(self, x):
        identity = x
        out = self.relu(x)
        y = out * 2
        kept = [y]
        y = self.act(y)
        return out * 3 + identity + y + kept[0]


class Statement(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        self.relu(x)
        y = x - 0.5
        F.relu(y, inplace=True)
        return torch.cat([y - 1, self.relu(y - 2)], 1), x


class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 3), nn.ReLU(inplace=True), nn.Linear(3, 3))
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x):
        identity = x
        out = F.leaky_relu(x * 2, 0.1, inplace=True)
        out = self.body(out)
        out += identity
        out = self.relu(out)
        return out


class Block(nn.Module):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU(inplace=True)
        self.last = nn.Softplus()

    def forward(self, t):
        out = self.relu(t)
        return self.last(out)


class Caller(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Block()

    def forward(self, x):
        h = x * 2
        return self.block(h) + h


class Begins(nn.Module):
    def __init__(self):
        super().__init__()
        self.seq = nn.Sequential(nn.ReLU(inplace=True), nn.Softplus())

    def forward(self, x):
        h = x * 2
        return self.seq(h) + h
