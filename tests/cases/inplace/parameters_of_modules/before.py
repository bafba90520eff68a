import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)
        self.scale = nn.Parameter(torch.ones(3))
        self.register_buffer("steps", torch.zeros(1))
        self.hidden = torch.zeros(3)
        self.fc.weight.data.normal_(0, 0.02)
        self.fc.weight.data.normal_(mean=0.0, std=0.02)
        self.fc.bias.data.zero_()
        self.fc.bias.data.fill_(0.5)
        self.fc.weight.data.uniform_(-0.1, 0.1)
        self.fc.weight.data.mul_(0.5).add_(1)
        self.scale.data.clamp_(min=0)
        with torch.no_grad():
            self.scale.mul_(2)
            self.fc.weight[0].fill_(0)

    def forward(self, x):
        self.steps.add_(1)
        self.hidden.add_(1)
        return self.fc(x) * self.scale + self.hidden
