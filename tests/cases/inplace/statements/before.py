import torch


def arithmetic(a: torch.Tensor, b: torch.Tensor):
    x = a + b
    x.add_(b)
    x.add_(b, alpha=2)
    x.sub_(b).mul_(2)
    x.mul_(a).add_(b).clamp_(min=0)
    x.div_(b)
    return x


def values(a: torch.Tensor, b: torch.Tensor):
    zero, three, unit, copy, masked, power, root = [a * 1 for _ in range(7)]
    zero.zero_()
    three.fill_(3)
    unit.clamp_(0, 1)
    copy.copy_(b)
    masked.masked_fill_(b > 1, -1.0)
    power.exp_()
    root = b * 2
    root.sqrt_()
    return zero, three, unit, copy, masked, power, root


def shapes(a: torch.Tensor):
    x = a * 2
    x.unsqueeze_(0)
    x.transpose_(0, 1).neg_()
    return x


def parts(a: torch.Tensor, b: torch.Tensor):
    x = a + b
    x[0].add_(1)
    x[0, 1:].mul_(b[1, 1:])
    x[:, 0].copy_(b[:, 1])
    return x


def selected(a: torch.Tensor, b: torch.Tensor):
    x = a + b
    x[b > 1].zero_()
    return x
