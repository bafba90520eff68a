import numpy as np


class Sampler:
    def __init__(self, seed):
        self.generator = np.random.default_rng(seed)


def state(g: np.random.Generator):
    # TODO(torch2ms): [T2M301] keep the seed that np.random.default_rng(seed) is given (it is the
    #   seed that the generator was made with, wherever it is seeded anew)
    return g.bit_generator.seed_seq.entropy
