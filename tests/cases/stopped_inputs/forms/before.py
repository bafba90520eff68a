import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 3)

    def forward(self, x):
        y = self.fc(x)
        same = torch.isclose(y, y * 2) | (y > 0).logical_xor(y < 1)  # where it is 0, or between
        first = torch.softmax(y, dim=1).multinomial(3).min(dim=1).values
        counts = torch.histc(y, bins=2, min=-10, max=10)
        return y * same, first, counts.sum(), torch.gcd(y.long(), torch.tensor(1))
