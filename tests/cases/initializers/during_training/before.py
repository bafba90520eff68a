import torch
from torch import nn, optim


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)
        self.out = nn.Linear(2, 1)
        self.reset_parameters()

    def reset_parameters(self):
        nn.init.constant_(self.fc.weight, 0.5)
        self.out.weight.data.fill_(0.3)

    def forward(self, x):
        return self.out(self.fc(x))


def start(m):
    if isinstance(m, nn.Linear):
        nn.init.constant_(m.bias, 0.1)


def forget(net: Net):
    nn.init.zeros_(net.out.weight)


def train(net: Net, x: torch.Tensor):
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    for step in range(4):
        loss = (net(x) - 1).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step == 1:
            nn.init.ones_(net.fc.weight)
            nn.init.constant_(net.fc.bias.data, 0.2)
            forget(net)
    return [p.tolist() for p in net.parameters()]


def run(x: torch.Tensor):
    net = Net()
    net.apply(start)
    nn.init.eye_(net.fc.weight)
    return train(net, x)


class Restarted(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)
        self.reset_parameters()

    def reset_parameters(self):
        nn.init.constant_(self.fc.weight, 0.5)
        nn.init.uniform_(self.fc.bias, -0.1, 0.1)
        nn.init.zeros_(self.fc.bias)

    def forward(self, x):
        return self.fc(x)


def restarted(net: Restarted, x: torch.Tensor):
    optimizer = optim.Adagrad(net.parameters(), lr=0.1, eps=1e-3)
    for step in range(4):
        loss = (net(x) - 1).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step == 1:
            net.reset_parameters()
    return net.fc.weight.tolist(), net.fc.bias.tolist()
