import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, device="cpu"):
        super().__init__()
        self.device = torch.device("cuda" if torch.cuda.is_available() else device)
        self.fc = nn.Linear(3, 3).to(self.device)

    def forward(self, x):
        return self.fc(x.to(self.device)) + torch.ones(3, device=self.device)


def describe(net: Net):
    return len(f"runs on {net.device}") > 8
