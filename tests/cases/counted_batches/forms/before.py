import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.norm = nn.BatchNorm2d(4, eps=1e-3, momentum=0.3)
        self.head = nn.Linear(4, 2)

    def forward(self, x):
        x = self.norm(self.conv(x))
        if self.norm.num_batches_tracked > 2:  # warmed up
            x = x * 2
        return self.head(x.mean((2, 3))) + self.norm.num_batches_tracked


def counts(x):
    norms = nn.Sequential(nn.BatchNorm1d(4), nn.ReLU(), nn.BatchNorm1d(4, affine=False))
    deep = nn.BatchNorm3d(2)
    found = []
    for _ in range(3):
        norms(x)
        deep(x.reshape(1, 2, 2, 2, -1))
        found.append(norms[0].num_batches_tracked.item() + int(deep.num_batches_tracked))
    norms[2].num_batches_tracked.zero_()
    norms.eval()
    norms(x)
    return found, norms[0].num_batches_tracked, norms[2].num_batches_tracked, deep.running_mean
