import torch


def starred(xs):
    return torch.cat([*xs, torch.arange(3)])


def collected(xs):
    parts = []
    for x in xs:
        parts.append(x)
    parts.append(torch.arange(2))
    return torch.cat(parts)


def shared(ids, x: torch.Tensor):
    parts = [torch.arange(2), x.float()]
    return torch.cat(parts), parts


def doubles(xs):
    return torch.cat([*xs, torch.ones(1, dtype=torch.float64)])
