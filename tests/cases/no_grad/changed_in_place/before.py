import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)

    def forward(self, x):
        y = self.fc(x)
        scale = torch.ones(2, 3)
        with torch.no_grad():
            scale *= y.exp()
            y += y.sin()
        return y * scale

    def scaled(self, x):
        y = self.fc(x)
        with torch.no_grad():
            y *= 2
        return y
