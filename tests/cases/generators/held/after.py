import numpy as np


class Sampler:
    def __init__(self, seed):
        self.generator = np.random.default_rng()
        # TODO(torch2ms): [T2M202] a generator of NumPy cannot be seeded anew: make another one…
        self.generator.manual_seed(seed)


def state(g: np.random.Generator):
    return g.initial_seed()
