import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Linear(3, 3)

    def forward(self, x: torch.Tensor, y: torch.Tensor):
        with torch.no_grad():
            if x.shape[0] > 1:
                scale = self.a(x)
            else:
                scale = torch.sigmoid(x)
            x += 1
        return x * scale * y
