import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm2d(3)

    def use_batch_statistics(self):
        self.norm.track_running_stats = False

    def forward(self, x):
        return self.norm(x) * float(self.norm.track_running_stats)


def freeze(net: nn.Module):
    for m in net.modules():
        if isinstance(m, nn.BatchNorm2d):
            m.track_running_stats, tracked = False, m.track_running_stats
            del m.track_running_stats
