import torch
from torch import nn


class Meter:
    def __init__(self):
        self.total = 0
        self.count = 0

    def update(self, value, n=1):
        self.total += value
        self.count += n


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.seen = torch.zeros(3)

    def forward(self, x: torch.Tensor):
        parts = [x * 2, x * 3]
        total = 0
        scale = 1.0
        sums = {"all": 0.0}
        kept = []
        mean = torch.zeros(3)
        first = torch.zeros(2, 3)
        last = torch.zeros(3)
        meter, other = Meter(), Meter()
        with torch.no_grad():
            total += x
            scale *= x
            sums["all"] -= x
            for part in parts:
                total += part
            latest = total
            kept += parts  # the same tensors, with their gradients
            mean.mul_(0.9).add_(x[0], alpha=0.1)
            first[0] = x[1]
            first[1:] = x[:1]
            last[:] = parts[0][0]
            self.seen = torch.zeros(3)
            self.seen += x[0]
            meter.update(x[1])
            inner = 0
            inner += x
        other.update(x[0])
        with torch.no_grad():
            other.update(x[1])
        held = total * scale + sums["all"] * latest + inner
        rest = mean + self.seen + first.sum(0) + last + meter.total + other.total
        return x * held + kept[0] + x * rest
