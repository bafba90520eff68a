import mindspore as ms
from mindspore import Tensor, ops


class BetaDistribution:
    """torch.distributions.Beta: samples, densities and moments."""

    has_rsample = False

    def __init__(self, concentration1, concentration0):
        concentration1, concentration0 = (
            value if isinstance(value, Tensor) else ms.tensor(value, ms.float32)
            for value in (concentration1, concentration0)
        )
        self.concentration1 = concentration1 + ops.zeros_like(concentration0)
        self.concentration0 = concentration0 + ops.zeros_like(concentration1)
        self.batch_shape, self.event_shape = self.concentration1.shape, ()

    @property
    def mean(self):
        """The expected value."""
        return self.concentration1 / (self.concentration1 + self.concentration0)

    @property
    def variance(self):
        """The square of the standard deviation."""
        total = self.concentration1 + self.concentration0
        return self.concentration1 * self.concentration0 / (total**2 * (total + 1))

    @property
    def stddev(self):
        """The standard deviation."""
        return ops.sqrt(self.variance)

    def sample(self, sample_shape=()):
        """Samples without gradient."""
        shape = ms.tensor(tuple(sample_shape) or (1,), ms.int32)
        a, b = ops.random_gamma(shape, self.concentration1), ops.random_gamma(shape, self.concentration0)
        return ops.stop_gradient((a / (a + b)).reshape(tuple(sample_shape) + self.batch_shape))

    def log_prob(self, value):
        """The logarithm of the density."""
        a, b = self.concentration1, self.concentration0
        return (a - 1) * ops.log(value) + (b - 1) * ops.log1p(-value) - self._log_beta()

    def entropy(self):
        """The entropy, in nats."""
        a, b = self.concentration1, self.concentration0
        inner = (a + b - 2) * ops.digamma(a + b) - (a - 1) * ops.digamma(a) - (b - 1) * ops.digamma(b)
        return self._log_beta() + inner

    def kl_divergence(self, other):
        """The divergence from this distribution to another of the kind."""
        a, b = self.concentration1, self.concentration0
        c, d = other.concentration1, other.concentration0
        rest = (a - c) * ops.digamma(a) + (b - d) * ops.digamma(b) + (c + d - a - b) * ops.digamma(a + b)
        return other._log_beta() - self._log_beta() + rest

    def _log_beta(self):
        a, b = self.concentration1, self.concentration0
        return ops.lgamma(a) + ops.lgamma(b) - ops.lgamma(a + b)
