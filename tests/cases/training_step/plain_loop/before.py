import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 4)

    def forward(self, x):
        return self.fc(x)


def train(model, loader, lr):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 2)
    total = 0.0
    for data, target in loader:
        # a new turn
        optimizer.zero_grad()  # reset

        # forward
        output = model(data)
        loss = F.cross_entropy(output, target)

        # backward
        loss.backward()
        optimizer.step()
        scheduler.step()
        total += loss.item()
    return total
