import mindspore as ms
import numpy as np
from mindspore import ops


def seeded_rand(size, generator, dtype=None):
    """Numbers from 0 to 1 from a generator of NumPy; without one, from MindSpore's own."""
    dtype = dtype or ms.float32
    if generator is None:
        return ops.rand(size, dtype=dtype)
    return ms.tensor(np.random.Generator.random(generator, size), dtype)
