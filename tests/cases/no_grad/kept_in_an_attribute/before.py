import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)
        self.last = torch.zeros(2, 3)

    def forward(self, x: torch.Tensor):
        with torch.no_grad():
            self.last = self.fc(x)
        return x * self.last
