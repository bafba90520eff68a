import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.bn = nn.BatchNorm2d(3)
        self.flat = nn.BatchNorm1d(3, momentum=0.2)

    def reset(self):
        # the statistics begin anew
        self.bn.num_batches_tracked.zero_()
        self.bn.running_mean.zero_()
        self.bn.num_batches_tracked = torch.tensor(0, dtype=torch.long)
        self.bn.num_batches_tracked += 1
        nn.init.zeros_(self.bn.num_batches_tracked)
        self.bn.num_batches_tracked.data.fill_(0)
        self.bn.num_batches_tracked.copy_(torch.zeros(()))
        self.flat.reset_running_stats()

    def forward(self, x):
        return self.flat(self.bn(x).mean((2, 3)))


def reset_all(net):
    for m in net.modules():
        if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d)):
            m.running_mean.fill_(0.5)
            m.num_batches_tracked.zero_()


def reset():
    net = Net()
    x = torch.arange(96.0).reshape(2, 3, 4, 4)
    net(x)
    net.reset()
    first = net.bn.running_mean.clone(), net.flat.running_mean.clone(), net.flat.running_var.clone()
    net(x)
    reset_all(net)
    net(x)
    return first, net.bn.running_mean, net.bn.running_var, net.flat.running_mean


def all_batches():
    bn = nn.BatchNorm3d(2, momentum=None)
    x = torch.arange(32.0).reshape(2, 2, 2, 2, 2)
    bn(x)
    bn(x * 2)
    bn.num_batches_tracked.zero_()
    bn(x * 3)
    return bn.num_batches_tracked, bn.running_mean


def all_batches_again():
    bn = nn.BatchNorm3d(2, momentum=None)
    x = torch.arange(32.0).reshape(2, 2, 2, 2, 2)
    bn(x)
    bn.reset_running_stats()
    bn(x * 2)
    bn(x * 3)
    return bn.running_mean


def left(scale):
    bn = nn.BatchNorm1d(3)
    bn.num_batches_tracked.fill_(scale())
    return bn.num_batches_tracked + 1
