import torch
import torch.nn.functional as F
from torch import nn, optim


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)

    def forward(self, x):
        return self.fc(x)


def decayed(net: Net, x: torch.Tensor, y: torch.Tensor):
    optimizer = optim.SGD(net.parameters(), lr=0.5, momentum=0.9)
    losses = []
    for step in range(5):
        if step > 1:
            for group in optimizer.param_groups:
                group["lr"] *= 0.1
        optimizer.zero_grad()
        loss = F.mse_loss(net(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses, float(optimizer.param_groups[0]["lr"])


def warm_up(optimizer, step, base):
    rate = base * min(1.0, (step + 1) / 3)
    for group in optimizer.param_groups:
        group["lr"] = rate
    return rate


def warmed_up(net: Net, x: torch.Tensor, y: torch.Tensor):
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    rates = []
    for step in range(4):
        rates.append(warm_up(optimizer, step, 0.5))
        optimizer.zero_grad()
        loss = F.mse_loss(net(x), y)
        loss.backward()
        optimizer.step()
    return rates
