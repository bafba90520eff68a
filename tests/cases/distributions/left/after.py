import math
import mindspore as ms
from mindspore import ops, Tensor


class NormalDistribution:
    """torch.distributions.Normal: samples, densities and moments."""

    has_rsample = True

    def __init__(self, loc, scale):
        loc, scale = (value if isinstance(value, Tensor) else ms.tensor(value, ms.float32) for value in (loc, scale))
        self.loc = loc + ops.zeros_like(scale)
        self.scale = scale + ops.zeros_like(loc)
        self.batch_shape, self.event_shape = self.loc.shape, ()

    @property
    def mean(self):
        """Also the median and the mode."""
        return self.loc

    @property
    def mode(self):
        """Where the density is largest."""
        return self.loc

    @property
    def stddev(self):
        """The standard deviation."""
        return self.scale

    @property
    def variance(self):
        """The square of the standard deviation."""
        return self.scale**2

    def rsample(self, sample_shape=()):
        """Samples through which gradients reach the parameters."""
        noise = ops.randn(tuple(sample_shape) + self.batch_shape, dtype=self.loc.dtype)
        return self.loc + self.scale * noise

    def sample(self, sample_shape=()):
        """Samples without gradient."""
        return ops.stop_gradient(self.rsample(sample_shape))

    def log_prob(self, value):
        """The logarithm of the density."""
        return -((value - self.loc) ** 2) / (2 * self.scale**2) - ops.log(self.scale) - math.log(2 * math.pi) / 2

    def cdf(self, value):
        """The probability of what is not larger."""
        return 0.5 * (1 + ops.erf((value - self.loc) / (self.scale * math.sqrt(2))))

    def entropy(self):
        """The entropy, in nats."""
        return 0.5 + 0.5 * math.log(2 * math.pi) + ops.log(self.scale)

    def kl_divergence(self, other):
        """The divergence from this distribution to another normal one."""
        ratio = (self.scale / other.scale) ** 2
        return 0.5 * (ratio + ((self.loc - other.loc) / other.scale) ** 2 - 1 - ops.log(ratio))


def quantile(mean: Tensor, q: Tensor):
    # TODO(torch2ms): [T2M202] drop the argument if it has no effect for you, or compute its effect
    #   separately (NormalDistribution, which stands for torch.distributions.Normal, has no icdf)
    return NormalDistribution(mean, 1.0).icdf(q)


def shares(a: Tensor):
    from torch.distributions import Dirichlet

    # TODO(torch2ms): [T2M201] mindspore.nn.probability.distribution.Distribution (MindSpore's
    #   distributions have another interface)
    #   [T2M201] compose it from functions of mindspore.ops (it belongs to
    #   torch.distributions.Dirichlet, which stays torch's)
    return Dirichlet(a).sample()
