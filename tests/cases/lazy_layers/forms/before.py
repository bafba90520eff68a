import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.LazyConv2d(8, kernel_size=3, padding=1),  # first
            nn.LazyBatchNorm2d(), nn.ReLU(),
            nn.LazyConv2d(8, 3, groups=2, bias=False),
            nn.LazyConvTranspose2d(6, 2, stride=2),
            nn.Flatten(), nn.LazyLinear(10), nn.Linear(10, 2))
        self.seq = nn.Sequential(nn.LazyConv1d(4, 3), nn.LazyInstanceNorm1d(), nn.LazyInstanceNorm1d(1e-4, 0.2, False, track_running_stats=False), nn.LazyConvTranspose1d(4, 2, 2, 0, 0, 2), nn.LazyBatchNorm1d(momentum=0.3))
        self.vol = nn.Sequential(nn.LazyConv3d(4, 2), nn.LazyBatchNorm3d(affine=False), nn.LazyConvTranspose3d(2, 2, bias=False))
        self.net(torch.zeros(2, 3, 8, 8))
        self.seq(torch.zeros(2, 3, 8))
        self.vol(torch.zeros(2, 3, 4, 4, 4))
        nn.init.constant_(self.net[0].weight, 0.1)

    def forward(self, x, y, z):
        return self.net(x), self.seq(y), self.vol(z)


class Late(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.LazyLinear(4, bias=False)
        self.out = nn.LazyLinear(out_features=2)

    def forward(self, x):
        return self.out(torch.relu(self.fc(x)))


def shapes():
    net = Late()
    net(torch.ones(3, 5))
    first = [tuple(p.shape) for p in net.parameters()]
    net(torch.ones(2, 7, 5))
    return first, [tuple(p.shape) for p in net.parameters()], net.fc.in_features


def train():
    net = Late()
    net(torch.ones(3, 5))
    for p in net.parameters():
        nn.init.constant_(p, 0.1)
    optimizer = torch.optim.SGD(net.parameters(), lr=0.1, momentum=0.9)
    losses = []
    for step in range(3):
        loss = (net(torch.ones(3, 5)) - step).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
