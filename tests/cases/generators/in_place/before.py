import torch


def seed_anew(generator: torch.Generator, seed: int):
    generator.manual_seed(seed)


class Sampler:
    def __init__(self, seed: int, generator: "torch.Generator | None" = None):
        self.generator = torch.Generator() if generator is None else generator
        self.own = torch.Generator()
        # the same order every time
        self.own.manual_seed(seed)

    def order(self, size: int):
        self.generator.manual_seed(7)
        return torch.randperm(size, generator=self.generator)


def same_order(x):
    sampler = Sampler(1)
    first = sampler.order(50)
    torch.randperm(50, generator=sampler.generator)
    return x + (first - sampler.order(50))


def held_by_another(x):
    g = torch.Generator()
    seed_anew(g, 3)
    first = torch.rand(40, 50, generator=g)
    for other in [g]:
        other.manual_seed(3)
    return x + first - torch.rand(40, 50, generator=g)


def again(x):
    g = torch.Generator().manual_seed(5)
    state = g.get_state()
    first = torch.rand(40, 50, generator=g)
    g.set_state(state)
    second = torch.rand(40, 50, generator=g)
    g.set_state(g.get_state())
    g.seed()
    return x + first - second


def restored(generator: torch.Generator, states):
    generator.set_state(states[0])
    return generator
