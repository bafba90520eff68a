import torch


def stores(x: torch.Tensor, w: torch.Tensor):
    y = x.clone()
    y[:, 0] += 1
    y[w > 0] += 1
    y[w > 1] = 0
    y[0][1] = 2
    y[1].add_(1).mul_(2)
    return y


def statements(x: torch.Tensor):
    y = x * 1
    (y).add_(1)
    y.add_(
        # twice
        x * 2,
        alpha=2,
    )
    y = y.add_(1).mul_(2)
    return y


def second_name(x: torch.Tensor):
    y = x * 1
    v = y
    v.add_(1)
    return y


def used(x: torch.Tensor):
    y = x * 1
    y, z = y.add_(1), 3
    y.add_(x).add_(x.mul_(2))
    return y.clamp_(0).sum(), y.add_(1).view(-1), z
