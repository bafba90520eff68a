import math

import numpy as np
import torch


def kept(x: torch.Tensor):
    scale = math.sqrt(2)
    rows = [1, 0]
    noise = np.zeros(3)
    index = torch.arange(2)
    return scale * x, np.pi * x, x * np.sqrt(2.0), x[rows], x[index], x[0], noise[0] + 1, x / np.float32(2.0), x > np.log(2)
