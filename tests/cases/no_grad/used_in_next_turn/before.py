import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x: torch.Tensor):
        state = x
        for _ in range(3):
            x = x * state
            with torch.no_grad():
                state = torch.sigmoid(x)
        return x
