import math

import numpy as np
from mindspore import ops, Tensor


def kept(x: Tensor):
    scale = math.sqrt(2)
    rows = [1, 0]
    noise = np.zeros(3)
    index = ops.arange(2)
    return scale * x, np.pi * x, x * np.sqrt(2.0), x[rows], x[index], x[0], noise[0] + 1, x / np.float32(2.0), x > np.log(2)
