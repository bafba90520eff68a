import numpy as np
import torch
from torch import Tensor

SCALE = np.sqrt(2.0)


def made():
    n = np.int64(3)
    values = np.array([1.0, 2.5])
    several = [np.float64(1.0), np.float64(2.0)]
    return (
        torch.tensor(SCALE),
        torch.tensor(several),
        torch.as_tensor([SCALE, 1.0]),
        torch.tensor([np.int32(1), np.int32(2)]),
        torch.tensor(list(values)),
        torch.tensor([float(value) for value in several]),
        torch.full((2,), SCALE),
        torch.full((2,), np.int64(7)),
        torch.zeros((n, 2)),
        torch.ones(n, n),
        torch.arange(n),
        torch.arange(values.max()),
    )


def beside(x: Tensor):
    return x * SCALE, torch.full((2,), 1.5), torch.tensor([1.0, 2.0]), torch.arange(3)
