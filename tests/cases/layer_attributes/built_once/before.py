from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv1d(3, 4, 3, 2)
        self.bn = nn.BatchNorm2d(4)
        self.k = self.conv.kernel_size[0] + self.conv.stride[0] * 10
        self.plain = self.bn.affine and not self.bn.track_running_stats

    def forward(self, x):
        return self.bn(x) * self.k, self.plain, self.bn.eps, self.bn.num_features, self.conv.out_channels


class Changed(nn.Module):
    def __init__(self):
        super().__init__()
        self.bn = nn.BatchNorm2d(4)
        self.drop = nn.Dropout(0.1)
        self.bn.momentum = 0.01
        self.drop.p = 0.3

    def forward(self, x):
        return self.drop(self.bn(x))


class Searched(nn.Module):
    def __init__(self):
        super().__init__()
        self.bn = nn.BatchNorm2d(4)
        for m in self.modules():
            if isinstance(m, nn.BatchNorm2d):
                m.eps = 1e-3

    def forward(self, x):
        return self.bn(x)
