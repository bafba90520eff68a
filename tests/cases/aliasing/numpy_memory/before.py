import numpy as np
import torch


def written_first(x: torch.Tensor):
    a = np.zeros((2, 3), dtype=np.float32)
    a[0] = 5.0
    return torch.from_numpy(a) * x


def written_later(x: torch.Tensor):
    a = np.zeros((2, 3), dtype=np.float32)
    t = torch.from_numpy(a)
    a[0] = 5.0
    return t * x
