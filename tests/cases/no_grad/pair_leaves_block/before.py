import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x: torch.Tensor):
        with torch.no_grad():
            low, high = x.min(), x.max()
        return (x - low) / (high - low)
