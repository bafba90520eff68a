import mindspore as ms
import numpy as np
from mindspore import ops


def seeded_randn(size, generator, dtype=None):
    """Normal numbers from a generator of NumPy; without one, from MindSpore's own."""
    dtype = dtype or ms.float32
    if generator is None:
        return ops.randn(size, dtype=dtype)
    return ms.tensor(np.random.Generator.standard_normal(generator, size), dtype)
