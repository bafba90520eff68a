import torch
from torch.distributions import Dirichlet, Normal


def quantile(mean: torch.Tensor, q: torch.Tensor):
    return Normal(mean, 1.0).icdf(q)


def shares(a: torch.Tensor):
    return Dirichlet(a).sample()
