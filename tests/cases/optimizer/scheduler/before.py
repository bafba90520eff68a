import torch
import torch.nn.functional as F
from torch import nn, optim


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)

    def forward(self, x):
        return self.fc(x)


def train(net: Net, x: torch.Tensor, y: torch.Tensor):
    optimizer = optim.SGD(net.parameters(), lr=0.5)
    scheduler = optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.1)
    rates = []
    for _ in range(4):
        optimizer.zero_grad()
        loss = F.mse_loss(net(x), y)
        loss.backward()
        optimizer.step()
        scheduler.step()
        rates.append(scheduler.get_last_lr()[0])
    return rates


def rates(net: Net):
    optimizer = optim.SGD([{"params": net.fc.parameters(), "lr": 0.3}], lr=0.5)
    scheduler = optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    return scheduler.get_last_lr()
