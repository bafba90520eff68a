import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Linear(4, 4)

    def forward(self, x, y):
        out = self.conv(x)
        out = torch.cat([out, torch.exp(x), y], dim=1)
        return torch.where(out > 0, out, torch.zeros_like(out)), torch.cumsum(out, 1), out.abs().max()


def same(x: torch.Tensor):
    steps = torch.arange(4)
    freqs = torch.exp(-steps.float())
    return torch.cat([steps, torch.arange(2)]), freqs, steps.cumsum(0), torch.sqrt(steps), torch.log(x * 0 + 2)


def repeated(x: torch.Tensor):
    total = 0
    for row in x:
        total = total + row.sum()
    x = x.long()
    x = x.float()
    return torch.exp(x), torch.log(1 + total * total)
