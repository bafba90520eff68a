import torch
from torch import nn, optim


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 2)
        self.out = nn.Linear(2, 1)
        self.fc.weight.data = torch.linspace(-1, 1, 6).view(2, 3)

    def forward(self, x):
        return self.out(self.fc(x))


class Average:
    """The average of a model's parameters, which can take their place for a while."""

    def __init__(self, model: Net, decay):
        self.model = model
        self.decay = decay
        self.shadow = {}
        self.backup = {}
        for name, param in self.model.named_parameters():
            self.shadow[name] = param.data.clone()

    def update(self):
        for name, param in self.model.named_parameters():
            self.shadow[name] = (1 - self.decay) * param.data + self.decay * self.shadow[name]

    def swap_in(self):
        for name, param in self.model.named_parameters():
            self.backup[name] = param.data
            param.data = self.shadow[name]

    def swap_out(self):
        for name, param in self.model.named_parameters():
            param.data = self.backup[name]
        self.backup = {}


def evaluated(net: Net, x: torch.Tensor):
    optimizer = optim.SGD(net.parameters(), lr=0.05, momentum=0.5)
    average = Average(net, 0.5)
    found = []
    for _ in range(3):
        loss = net(x).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        average.update()
        average.swap_in()
        found.append(net(x).sum().item())
        average.swap_out()
    return found, net.fc.weight.tolist(), net.out.bias.tolist()


def perturbed(net: Net, x: torch.Tensor):
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    for _ in range(3):
        loss = net(x).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        kept = [p.data.clone() for p in net.parameters()]
        for p in net.parameters():
            p.data += 0.1
        before = [p.data for p in net.parameters()]
        for p in net.parameters():
            p.data = p.data * 0.5
        for p, old, raised in zip(net.parameters(), kept, before):
            p.data = p.data + 0.1 * old + 0.1 * raised
    return net.fc.weight.tolist(), net.fc.bias.tolist()


def unknown_shape(net: Net, x: torch.Tensor, value):
    optimizer = optim.SGD(net.parameters(), lr=0.1)
    for _ in range(2):
        loss = net(x).pow(2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        net.fc.bias.data = value * 0.5
    return net.fc.bias.tolist()
