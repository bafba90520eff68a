import torch
from torch import Tensor


def views(x: Tensor):
    x = x.detach().clone()
    first = x[0]
    first[0] = 5
    middle = x[:, 1:]
    middle[0] = 6
    last = x[torch.tensor([1])]
    names = {"a": [1, 2]}
    sizes = names["a"]
    sizes[0] = 3
    return x, last * 2, sizes
