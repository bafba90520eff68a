import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)
        self.memo = {}
        self.seen = []
        self.register_buffer("center", torch.zeros(1, 3))

    @torch.no_grad()
    def remember(self, x):
        self.memo["t"] = self.fc(x)
        self.seen = [torch.tanh(x)]
        self.a, self.b = x.exp(), x.sin()
        setattr(self, "c", x.cos())

    @torch.no_grad()
    def update_center(self, x):
        self.center = self.center * 0.9 + x.mean(0, keepdim=True) * 0.1

    def forward(self, x):
        y = self.fc(x)
        self.remember(y)
        self.update_center(y)
        memo = self.memo
        with torch.no_grad():
            print((w := y.exp()).shape)
            memo["u"] = y.sin()
        return y * memo["t"] * self.memo["u"] * self.seen[0] * self.a * self.b * self.c * self.center * w
