import mindspore as ms
import numpy as np
from mindspore import ops


def seeded_randperm(n, generator):
    """The numbers below n in an order drawn from a generator of NumPy; without one, from MindSpore's own."""
    return ops.randperm(n) if generator is None else ms.tensor(np.random.Generator.permutation(generator, n), ms.int64)
