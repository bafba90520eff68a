import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.teacher = nn.Linear(3, 3)
        self.student = nn.Linear(3, 3)

    def forward(self, x: torch.Tensor):
        with torch.no_grad():
            target = self.teacher(x)  # fixed
            size = x.shape[0]
        return ((self.student(x) - target) ** 2).sum() / size
