import torch
import torch.nn as nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.bn = nn.BatchNorm1d(3, 1e-5, 0.1, False)
        self.norm = nn.LayerNorm(3)
        self.inner = nn.InstanceNorm1d(4)
        self.free = nn.BatchNorm1d(3, track_running_stats=False)
        for m in self.modules():
            # Some have no weight, and some do.
            if isinstance(m, nn.BatchNorm1d) and m.weight is not None:
                nn.init.constant_(m.weight, 1.0)
            # Every one that the file makes has a weight.
            if isinstance(m, nn.LayerNorm) and m.weight is not None:
                nn.init.constant_(m.weight, 3.0)

    def inner_weight(self):
        return self.inner.weight

    def is_counted(self):
        return self.free.running_mean is not None

    def forward(self, x):
        return self.norm(self.bn(x))
