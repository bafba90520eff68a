import mindspore as ms
import numpy as np
from mindspore import ops


def seeded_randint(low, high, size, generator, dtype=None):
    """Integers from low to high - 1 from a generator of NumPy; without one, from MindSpore's own."""
    dtype = dtype or ms.int64
    if generator is None:
        return ops.randint(low, high, size).astype(dtype)
    return ms.tensor(np.random.Generator.integers(generator, low, high, size), dtype)
