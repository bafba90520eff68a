import torch
from torch import nn


def made():
    net = nn.Linear(3, 2)
    nn.init.constant_(net.weight, 0.5)
    nn.init.zeros_(net.bias)
    return net


def gradients(x):
    net = made()
    loss = torch.tanh(net(x)).sum()
    return torch.autograd.grad(loss, net.parameters())


def one_step_ahead(x):
    net = made()
    scores = net(x)
    loss = scores.pow(2).sum()
    grads = torch.autograd.grad(loss, list(net.parameters()), create_graph=True)
    return [p - 0.1 * g for p, g in zip(net.parameters(), grads)], scores


def main(x):
    x = x.detach()
    return [g.detach() for g in gradients(x)], one_step_ahead(x)[0]
