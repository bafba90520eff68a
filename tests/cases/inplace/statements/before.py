import torch


def scale(a: torch.Tensor, b: torch.Tensor):
    x = a + b
    x.add_(b)
    x.add_(b, alpha=2)
    x.sub_(b).mul_(2)
    x.mul_(a).add_(b).clamp_(min=0)
    x.div_(b)
    x.zero_()
    x.fill_(3)
    x.clamp_(0, 1)
    x.copy_(b)
    x.masked_fill_(b > 0, -1.0)
    x.exp_()
    x.sqrt_().neg_()
    x.unsqueeze_(0)
    x.transpose_(0, 1)
    x[0].add_(1)
    x[0, 1:].mul_(b)
    x[:, 0].copy_(b)
    x[b > 0].zero_()
    return x
