import numpy as np
import mindspore as ms
from mindspore import ops, Tensor


def seeded_rand(size, generator, dtype=None):
    """Numbers from 0 to 1 from a generator of NumPy; without one, from MindSpore's own."""
    dtype = dtype or ms.float32
    if generator is None:
        return ops.rand(size, dtype=dtype)
    return ms.tensor(np.random.Generator.random(generator, size), dtype)


def seeded_randint(low, high, size, generator, dtype=None):
    """Integers from low to high - 1 from a generator of NumPy; without one, from MindSpore's own."""
    dtype = dtype or ms.int64
    if generator is None:
        return ops.randint(low, high, size).astype(dtype)
    return ms.tensor(np.random.Generator.integers(generator, low, high, size), dtype)


def seeded_randn(size, generator, dtype=None):
    """Normal numbers from a generator of NumPy; without one, from MindSpore's own."""
    dtype = dtype or ms.float32
    if generator is None:
        return ops.randn(size, dtype=dtype)
    return ms.tensor(np.random.Generator.standard_normal(generator, size), dtype)


def seeded_randperm(n, generator):
    """The numbers below n in an order drawn from a generator of NumPy; without one, from MindSpore's own."""
    return ops.randperm(n) if generator is None else ms.tensor(np.random.Generator.permutation(generator, n), ms.int64)


def noise(shape, seed=None):
    generator = None if seed is None else np.random.default_rng(seed)
    return seeded_randn(shape, generator)


def draws(x: Tensor, seed: int):
    g = np.random.default_rng(seed)
    start = seeded_rand((40, 50), g)
    order = seeded_randperm(50, g)
    ids = seeded_randint(0, 5, (40, 50), g)
    y = ops.zeros_like(x)
    y = 0 + 0.5 * seeded_randn(y.shape, g, y.dtype)
    return start[:, order] + y, ids.float()


def latents(shape, generator: np.random.Generator | None = None, dtype=None):
    return seeded_randn(shape, generator, ms.float32)


def twice(seed: int):
    first = noise((40, 50), seed)
    return first, first - noise((40, 50), seed)
