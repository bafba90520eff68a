import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        for i in range(3):
            self.register_buffer(f"anchor_{i}", torch.ones(i + 1))
            self.register_buffer("grid_" + str(i), torch.zeros(i + 1), persistent=False)

    def forward(self, x: torch.Tensor):
        return x * self.anchor_2 + self.anchor_0 + self.grid_2
