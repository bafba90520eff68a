import torch


def repeated(x: torch.Tensor, y: torch.Tensor):
    chosen = x[y > 0]
    if chosen.numel() > 0:
        y = torch.cat([y, chosen.repeat(2)])
    total = chosen.unsqueeze(0).sum()
    return chosen.repeat(2), torch.tile(x[x > 0], (2,)), x.repeat(2), y, total


def nothing(x: torch.Tensor):
    return x[2:2].sum()


def pieces(x: torch.Tensor):
    first, rest = x.split([0, 3])
    more, last = torch.split(x, [1, 2])
    return first, rest, more, last, torch.split_with_sizes(x, [0, 3], 0), x[:, 0:0].shape
