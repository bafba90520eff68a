import torch
import torch.nn.functional as F
from torch import nn, optim


def warm_up(optimizer, step, base):
    rate = base * min(1.0, (step + 1) / 3)
    for group in optimizer.param_groups:
        group["lr"] = rate
    return rate


def train(model: nn.Module, x: torch.Tensor, y: torch.Tensor):
    optimizer = optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    losses = []
    for step in range(6):
        warm_up(optimizer, step, 0.5)
        if step == 4:
            for group in optimizer.param_groups:
                group["lr"] *= 0.1
        optimizer.zero_grad()
        loss = F.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses, float(optimizer.param_groups[0]["lr"])


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)

    def forward(self, x):
        return self.fc(x)
