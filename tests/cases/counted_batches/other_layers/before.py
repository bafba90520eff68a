import torch
from torch import nn


def unread():
    return nn.BatchNorm1d(4), nn.BatchNorm2d(4)


class Net(nn.Module):
    def __init__(self, norm=nn.BatchNorm3d):
        super().__init__()
        self.norm = norm(4)
        self.other = nn.InstanceNorm1d(4)

    def count(self):
        return self.norm.num_batches_tracked


def reset(x):
    norm = nn.BatchNorm1d(4)
    norm(x)
    norm.num_batches_tracked.zero_()
    return norm.running_mean
