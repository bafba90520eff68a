import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)
        self.out = nn.Linear(3, 3)
        self.scale = nn.Parameter(torch.ones(3))
        self.register_buffer("steps", torch.zeros(1))
        self.fc.weight.data.fill_(2)
        self.fc.weight.data.mul_(0.5).add_(3)
        self.fc.bias.data.zero_()
        self.out.bias.data.fill_(0.5)
        self.scale.data.sub_(2).clamp_(min=-0.5)
        with torch.no_grad():
            self.scale.mul_(2)
            self.fc.weight[0].fill_(0)

    def forward(self, x):
        self.steps.add_(1)
        return self.fc(x) * self.scale


class Drawn(nn.Module):
    def __init__(self):
        super().__init__()
        self.normal = nn.Linear(30, 20)
        self.named = nn.Linear(30, 20)
        self.uniform = nn.Linear(30, 20)
        self.normal.weight.data.normal_(0, 0.02)
        self.named.weight.data.normal_(mean=0.5, std=0.02)
        self.uniform.weight.data.uniform_(-0.1, 0.3)


class Counter(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = torch.zeros(3)

    def forward(self, x):
        self.hidden.add_(1)
        return x * self.hidden
