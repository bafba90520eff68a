import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.teacher = nn.Linear(3, 3)

    def forward(self, x: torch.Tensor):
        return x * self.target(x) + self.size(x)

    def target(self, x: torch.Tensor):
        with torch.no_grad():
            y = self.teacher(x)
            return torch.sigmoid(y)

    def size(self, x: torch.Tensor):
        with torch.no_grad():
            for i in range(3):
                x = x * 2
            n: int = x.shape[0]
        return n
