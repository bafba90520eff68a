import torch


def in_a_loop(net, x: torch.Tensor):
    y = x
    for _ in range(3):
        y = net(y)
    return torch.autograd.grad(y.sum(), x)[0]


def in_place(x: torch.Tensor):
    y = x * 2
    y.mul_(x)
    return torch.autograd.grad(y.sum(), x)


def rebound(x: torch.Tensor, scale):
    y = x * scale
    scale = 2
    return torch.autograd.grad((y * scale).sum(), x), scale


def unused(x: torch.Tensor, z):
    y = x * 2
    return torch.autograd.grad(y.sum(), [x, z], allow_unused=True)


def given(y, x):
    return torch.autograd.grad(y, x)[0]
