import torch
import torch.nn.functional as F
from torch import nn


class Causal(nn.Conv1d):
    def forward(self, x):
        left = self.weight.size(2) - 1
        return F.conv1d(F.pad(x, (left, 0)), self.weight / self.weight.norm(), self.bias)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(3, 4, 3)
        nn.init.normal_(self.conv.weight)
        self.conv.weight.data.fill_(0.5)
        self.conv.weight.requires_grad = False
        self.size = self.conv.weight.numel()

    def forward(self, x):
        return self.conv(x) * self.size

    def kernel(self):
        w = self.conv.weight
        return w
