import mindspore as ms
from mindspore import Tensor, ops


class LaplaceDistribution:
    """torch.distributions.Laplace: samples, densities and moments."""

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
        return 2**0.5 * self.scale

    @property
    def variance(self):
        """The square of the standard deviation."""
        return 2 * self.scale**2

    def rsample(self, sample_shape=()):
        """Samples through which gradients reach the parameters."""
        u = ops.rand(tuple(sample_shape) + self.batch_shape, dtype=self.loc.dtype) * 1.999999 - 0.999999
        return self.loc - self.scale * ops.sign(u) * ops.log1p(-ops.abs(u))

    def sample(self, sample_shape=()):
        """Samples without gradient."""
        return ops.stop_gradient(self.rsample(sample_shape))

    def log_prob(self, value):
        """The logarithm of the density."""
        return -ops.log(2 * self.scale) - ops.abs(value - self.loc) / self.scale

    def entropy(self):
        """The entropy, in nats."""
        return 1 + ops.log(2 * self.scale)

    def kl_divergence(self, other):
        """The divergence from this distribution to another of the kind."""
        ratio, distance = self.scale / other.scale, ops.abs(self.loc - other.loc)
        return ratio * ops.exp(-distance / self.scale) + distance / other.scale - ops.log(ratio) - 1
