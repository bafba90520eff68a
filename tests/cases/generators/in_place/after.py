import numpy as np
import mindspore as ms
from mindspore import ops


def seeded_rand(size, generator, dtype=None):
    """Numbers from 0 to 1 from a generator of NumPy; without one, from MindSpore's own."""
    dtype = dtype or ms.float32
    if generator is None:
        return ops.rand(size, dtype=dtype)
    return ms.tensor(np.random.Generator.random(generator, size), dtype)


def seeded_randperm(n, generator):
    """The numbers below n in an order drawn from a generator of NumPy; without one, from MindSpore's own."""
    return ops.randperm(n) if generator is None else ms.tensor(np.random.Generator.permutation(generator, n), ms.int64)


def seed_anew(generator: np.random.Generator, seed: int):
    generator.bit_generator.state = np.random.default_rng(seed).bit_generator.state


class Sampler:
    def __init__(self, seed: int, generator: "np.random.Generator | None" = None):
        self.generator = np.random.default_rng() if generator is None else generator
        self.own = np.random.default_rng(seed)
        # the same order every time

    def order(self, size: int):
        self.generator.bit_generator.state = np.random.default_rng(7).bit_generator.state
        return seeded_randperm(size, self.generator)


def same_order(x):
    sampler = Sampler(1)
    first = sampler.order(50)
    seeded_randperm(50, sampler.generator)
    return x + (first - sampler.order(50))


def held_by_another(x):
    g = np.random.default_rng()
    seed_anew(g, 3)
    first = seeded_rand((40, 50), g)
    for other in [g]:
        other.bit_generator.state = np.random.default_rng(3).bit_generator.state
    return x + first - seeded_rand((40, 50), g)


def again(x):
    g = np.random.default_rng(5)
    state = g.bit_generator.state
    first = seeded_rand((40, 50), g)
    g.bit_generator.state = state
    second = seeded_rand((40, 50), g)
    g.bit_generator.state = g.bit_generator.state
    g.bit_generator.state = np.random.default_rng().bit_generator.state
    return x + first - second


def restored(generator: np.random.Generator, states):
    # TODO(torch2ms): [T2M301] generator.bit_generator.state (the state has to be one of a generator
    #   of NumPy)
    generator.bit_generator.state = states[0]
    return generator
