import itertools

import torch
import torch.nn.functional as F
from torch import nn


class Encoder(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)
        nn.init.constant_(self.fc.weight, 0.5)
        nn.init.constant_(self.fc.bias, 0.1)

    def forward(self, x):
        return self.fc(x)


class Scale(nn.Module):
    def __init__(self):
        super().__init__()
        self.by = nn.Parameter(torch.ones(3))

    def forward(self, x):
        return x * self.by


class Trainer:
    def __init__(self):
        self.first = Encoder()
        self.second = Encoder()
        params = list(self.first.parameters())
        params += list(self.second.parameters())
        self.optimizer = torch.optim.Adam(params, lr=0.1)

    def step(self, x):
        self.optimizer.zero_grad()
        loss = self.second(self.first(x)).pow(2).mean()
        loss.backward()
        self.optimizer.step()
        return loss.item()


def train(x: torch.Tensor):
    encoder, decoder = Encoder(), Encoder()
    optimizer = torch.optim.SGD(list(encoder.parameters()) + list(decoder.parameters()), lr=0.1)
    losses = []
    for _ in range(3):
        optimizer.zero_grad()
        loss = F.mse_loss(decoder(encoder(x)), x)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses, sorted(encoder.state_dict()), decoder.fc.weight.detach()


def groups(x: torch.Tensor):
    a = Encoder()
    b = Encoder().train()
    optimizer = torch.optim.SGD(
        [{"params": a.parameters()}, {"params": b.parameters(), "lr": 0.01}],
        lr=0.1,
        momentum=0.9,
    )
    for _ in range(3):
        optimizer.zero_grad()
        loss = F.mse_loss(b(a(x)), x)
        loss.backward()
        optimizer.step()
    return a.fc.weight.detach(), b.fc.bias.detach()


def chained(x: torch.Tensor):
    a, b = nn.Linear(3, 3), nn.Linear(3, 3)
    for layer in (a, b):
        nn.init.constant_(layer.weight, 0.5)
        nn.init.zeros_(layer.bias)
    optimizer = torch.optim.SGD(itertools.chain(*[m.parameters() for m in (a, b)]), lr=0.1)
    for _ in range(2):
        optimizer.zero_grad()
        loss = b(a(x)).mean()
        loss.backward()
        optimizer.step()
    return a.weight.detach(), b.weight.detach()


def names_that_differ(x: torch.Tensor):
    encoder, scale = Encoder(), Scale()
    temperature = nn.Parameter(torch.ones(1))
    bias = nn.Parameter(torch.zeros(3))
    optimizer = torch.optim.SGD([*encoder.parameters(), *scale.parameters(), temperature, bias], lr=0.1)
    for _ in range(2):
        optimizer.zero_grad()
        loss = F.mse_loss(scale(encoder(x)) * temperature + bias, x)
        loss.backward()
        optimizer.step()
    return scale.by.detach(), temperature.detach(), bias.detach()


def one_each(x: torch.Tensor):
    kept = []
    for net in (Encoder(), Encoder()):
        optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
        optimizer.zero_grad()
        loss = net(x).mean()
        loss.backward()
        optimizer.step()
        kept.append(net.fc.weight.detach())
    return kept


def trained(x: torch.Tensor):
    trainer = Trainer()
    return [trainer.step(x) for _ in range(3)]
