import torch


def own(x):
    g = torch.Generator()
    g.manual_seed(12)
    h = torch.Generator().manual_seed(30)
    return x + g.initial_seed() + h.initial_seed()


def given(x, generator: torch.Generator):
    return x + generator.initial_seed()


def passed(x):
    return given(x, torch.Generator().manual_seed(4))


def unsaid(generator):
    return generator.initial_seed()
