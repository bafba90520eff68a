import torch
import torch.nn as nn
import torch.nn.functional as F


def after_the_loss_is_read(x, y):
    net = nn.Linear(2, 1)
    loss = F.mse_loss(net(x), y)
    value = loss.item()
    opt = torch.optim.SGD(net.parameters(), lr=0.1)
    opt.zero_grad()
    loss.backward()
    opt.step()
    return net, value


def in_the_forward_pass(x, y):
    net = nn.Linear(2, 1)
    out = net(x)
    opt = torch.optim.SGD(net.parameters(), lr=0.1)
    loss = F.mse_loss(out, y)
    opt.zero_grad()
    loss.backward()
    opt.step()
    return net
