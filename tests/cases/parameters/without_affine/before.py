import torch.nn as nn


class Critic(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.conv = nn.Conv2d(3, n, 3)
        self.norm = nn.InstanceNorm2d(n)
        self.groups = nn.GroupNorm(2, n, affine=False)
        self.last = nn.LayerNorm(n, elementwise_affine=False)
        self.scaled = nn.InstanceNorm2d(n, affine=True)

    def forward(self, x):
        x = self.scaled(self.groups(self.norm(self.conv(x))))
        return self.last(x.mean((2, 3)))


def set_requires_grad(nets, flag=False):
    for net in nets:
        for param in net.parameters():
            param.requires_grad = flag


def count(net):
    return sum(p.numel() for p in net.parameters()), len([name for name, _ in net.named_parameters()])


def counts():
    net = Critic(4)
    first = count(net)
    set_requires_grad([net], False)
    second = count(net)
    set_requires_grad([net], True)
    trained = sum(p.numel() for p in net.parameters() if p.requires_grad)
    return first, second, trained


class Plain(nn.Module):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(3, affine=False)

    def forward(self, x):
        return self.norm(x)
