import torch


def loss(x, y):
    return ((x - y) ** 2).sum()


def slope():
    x = torch.tensor([1.0, 2.0], requires_grad=True)
    y = torch.tensor([0.5, 3.0])
    return torch.autograd.grad(loss(x, y), x)[0]
