import torch
import torch.nn as nn
import torch.nn.functional as F

X = torch.tensor([[1.0, 2.0], [0.5, -1.0], [0.25, 0.5]])
Y = torch.tensor([[1.0], [0.0], [2.0]])


def model():
    net = nn.Linear(2, 1)
    nn.init.constant_(net.weight, 0.5)
    nn.init.zeros_(net.bias)
    return net


def everything():
    net = model()
    opt = torch.optim.SGD(net.parameters(), lr=0.1)
    for _ in range(3):
        opt.zero_grad(); loss = F.mse_loss(net(X), Y); loss.backward(); opt.step()  # one step
    return net.weight, loss.item()


def below_the_header():
    net = model()
    opt = torch.optim.SGD(net.parameters(), lr=0.1)
    for _ in range(3): opt.zero_grad(); F.mse_loss(net(X), Y).backward(); opt.step()
    return net.weight


def the_end():
    net = model()
    opt = torch.optim.SGD(net.parameters(), lr=0.1)
    for _ in range(3):
        out = net(X); loss = F.mse_loss(out, Y)
        opt.zero_grad(); loss.backward(); opt.step()
    return net.weight, loss.item(), out.detach()


def loss_and_backward():
    net = model()
    opt = torch.optim.SGD(net.parameters(), lr=0.1)
    for _ in range(3):
        opt.zero_grad()
        loss = F.mse_loss(net(X), Y); loss.backward()
        opt.step()
    return net.weight, loss.item()


def over_two_lines():
    net = model()
    opt = torch.optim.SGD(net.parameters(), lr=0.1)
    for _ in range(3):
        opt.zero_grad(); out = net(X)
        loss = F.mse_loss(out, Y); loss.backward()
        opt.step()
    return net.weight, loss.item()
