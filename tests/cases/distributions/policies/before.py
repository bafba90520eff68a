import torch
from torch import nn
from torch.distributions import Categorical, Independent, Normal, kl_divergence
import torch.distributions as D


class Policy(nn.Module):
    def __init__(self):
        super().__init__()
        self.logits = nn.Linear(3, 4)
        self.mean = nn.Linear(3, 2)
        self.log_std = nn.Parameter(torch.zeros(2))

    def forward(self, x, action):
        """The loss of a policy gradient."""
        discrete = Categorical(logits=self.logits(x))
        continuous = Independent(Normal(self.mean(x), self.log_std.exp()), 1)
        ratio = discrete.log_prob(action) + continuous.log_prob(x[:, :2])
        return -(ratio.mean() + 0.01 * (discrete.entropy() + continuous.entropy()).mean())


def act(net, x):
    dist = Categorical(logits=net.logits(x))
    action = dist.sample()
    return action, dist.log_prob(action)


def latent(mean: torch.Tensor, log_var: torch.Tensor):
    q = Normal(mean, (0.5 * log_var).exp())
    prior = Normal(torch.zeros_like(mean), torch.ones_like(mean))
    return kl_divergence(q, prior).sum(-1), D.kl.kl_divergence(q, Normal(0.0, 1.0)).mean()


def drawn(mean: torch.Tensor, scale: torch.Tensor):
    q = D.Normal(mean, scale)
    z = q.rsample()
    more = q.sample((3,))
    coin = D.Bernoulli(logits=mean).sample()
    part = D.Beta(scale + 1, scale + 2).sample(torch.Size([2]))
    even = D.Uniform(mean - 1, mean + 1).sample()
    steps = D.Laplace(mean, scale).rsample()
    return z.unsqueeze(0) + more, coin, part, even, steps


def classes(probs: torch.Tensor):
    return D.Categorical(probs).sample((500,)).float()
