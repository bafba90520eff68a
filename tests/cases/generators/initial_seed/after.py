import numpy as np


def own(x):
    g = np.random.default_rng(12)
    h = np.random.default_rng(30)
    return x + g.bit_generator.seed_seq.entropy + h.bit_generator.seed_seq.entropy


def given(x, generator: np.random.Generator):
    # TODO(torch2ms): [T2M301] keep the seed that np.random.default_rng(seed) is given (it is the
    #   seed that the generator was made with, wherever it is seeded anew)
    return x + generator.bit_generator.seed_seq.entropy


def passed(x):
    return given(x, np.random.default_rng(4))


def unsaid(generator):
    return generator.initial_seed()
