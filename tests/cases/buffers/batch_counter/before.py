import torch
from torch import nn
import torch.nn.functional as F


class NormAct(nn.BatchNorm2d):
    def __init__(self, n, momentum=0.1, track_running_stats=True):
        super().__init__(n, eps=1e-4, momentum=momentum, track_running_stats=track_running_stats)
        self.act = nn.ReLU()

    def forward(self, x):
        if self.momentum is None:
            factor = 0.0
        else:
            factor = self.momentum
        if self.training and self.track_running_stats:
            if self.num_batches_tracked is not None:
                self.num_batches_tracked.add_(1)
                if self.momentum is None:
                    factor = 1.0 / float(self.num_batches_tracked)
                else:
                    factor = self.momentum
        x = F.batch_norm(
            x,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or not self.track_running_stats,
            factor,
            self.eps,
        )
        return self.act(x)


class Warm(nn.BatchNorm1d):
    def forward(self, x):
        self.num_batches_tracked += 1
        self.num_batches_tracked = self.num_batches_tracked + 1
        return super().forward(x)


class Net(nn.Module):
    def __init__(self, momentum):
        super().__init__()
        self.norm = NormAct(3, momentum)
        self.warm = Warm(3)

    def forward(self, x, y):
        x = self.norm(x).sum() + self.norm(y)
        return self.warm(x.mean((2, 3))), self.warm.num_batches_tracked


def counted():
    net = Net(None)
    for size in (2, 3, 4, 2):
        net(torch.ones(size, 3, 4, 4), torch.zeros(size, 3, 2, 2))
    return int(net.norm.num_batches_tracked), int(net.warm.num_batches_tracked)
