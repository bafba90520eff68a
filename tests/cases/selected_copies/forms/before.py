import torch
from torch import Tensor


def selected(x: Tensor, start: Tensor):
    x = x.detach().clone()
    mask = start > 0
    y = x[mask]
    y[:1] = 5  # x stays
    rows = x[[1, 0]]
    rows[0] += 1
    places = torch.tensor([0, 1])
    both = x[places, places]
    both[0] = 7
    x[mask][0:1] = 3
    x[:, places][0] = 2
    return x, y, rows, both
