import torch


def noise(shape, seed=None):
    generator = None if seed is None else torch.Generator().manual_seed(seed)
    return torch.randn(shape, generator=generator)


def draws(x: torch.Tensor, seed: int):
    g = torch.Generator(device="cpu")
    g.manual_seed(seed)
    start = torch.rand(40, 50, generator=g)
    order = torch.randperm(50, generator=g)
    ids = torch.randint(0, 5, (40, 50), generator=g)
    y = torch.empty_like(x)
    y.normal_(0, 0.5, generator=g)
    return start[:, order] + y, ids.float()


def latents(shape, generator: torch.Generator | None = None, dtype=None):
    return torch.randn(shape, generator=generator, dtype=torch.float32)


def twice(seed: int):
    first = noise((40, 50), seed)
    return first, first - noise((40, 50), seed)
