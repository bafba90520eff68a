import itertools

from torch import nn, optim


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4))
        self.head = nn.Linear(4, 2)
        for p in self.head.parameters():
            p.requires_grad = False


def sizes(optimizer: optim.SGD):
    return [(len(group["params"]), float(group["lr"])) for group in optimizer.param_groups]


def plain(net: Net):
    return sizes(optim.SGD(net.body.parameters(), lr=0.1))


def filtered(net: Net):
    return sizes(optim.SGD(filter(lambda p: p.requires_grad, net.parameters()), lr=0.1))


def groups(net: Net):
    return sizes(optim.SGD([
        {"params": net.body[0].parameters()},
        {"params": net.body[1].parameters(), "lr": 0.5},
    ], lr=0.25))


def chained(net: Net):
    return sizes(optim.SGD(itertools.chain(net.body[0].parameters(), net.body[1].parameters()), lr=0.1))
