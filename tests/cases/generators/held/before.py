import torch


class Sampler:
    def __init__(self, seed):
        self.generator = torch.Generator()
        self.generator.manual_seed(seed)


def state(g: torch.Generator):
    return g.initial_seed()
