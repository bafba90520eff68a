import torch


def curvature(x):
    x = x.clone().requires_grad_()
    y = (x**3).sum()
    slope, = torch.autograd.grad(y, x, create_graph=True)
    return torch.autograd.grad(slope.sum(), x)[0], slope.detach()


def by_item(x):
    x = x.clone().requires_grad_()
    y = torch.sin(x).sum()
    slope = torch.autograd.grad(y, x, create_graph=True)[0]
    bend, = torch.autograd.grad((slope * slope).sum(), x)
    return bend, slope.detach()


def of_both(x: torch.Tensor, w: torch.Tensor):
    x = x.clone().requires_grad_()
    w = w.clone().requires_grad_()
    y = (x * x * w).sum()
    of_x, of_w = torch.autograd.grad(y, (x, w), create_graph=True)
    bend, = torch.autograd.grad((of_x * of_w).sum(), x)
    return bend


def main(x, w):
    return curvature(x), by_item(x), of_both(x, w)
