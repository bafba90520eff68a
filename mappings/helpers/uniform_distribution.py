import mindspore as ms
from mindspore import Tensor, ops


class UniformDistribution:
    """torch.distributions.Uniform: samples, densities and moments."""

    has_rsample = True

    def __init__(self, low, high):
        low, high = (value if isinstance(value, Tensor) else ms.tensor(value, ms.float32) for value in (low, high))
        self.low = low + ops.zeros_like(high)
        self.high = high + ops.zeros_like(low)
        self.batch_shape, self.event_shape = self.low.shape, ()

    @property
    def mean(self):
        """The middle."""
        return (self.low + self.high) / 2

    @property
    def stddev(self):
        """The standard deviation."""
        return (self.high - self.low) / 12**0.5

    @property
    def variance(self):
        """The square of the standard deviation."""
        return (self.high - self.low) ** 2 / 12

    def rsample(self, sample_shape=()):
        """Samples through which gradients reach the bounds."""
        u = ops.rand(tuple(sample_shape) + self.batch_shape, dtype=self.low.dtype)
        return self.low + (self.high - self.low) * u

    def sample(self, sample_shape=()):
        """Samples without gradient."""
        return ops.stop_gradient(self.rsample(sample_shape))

    def log_prob(self, value):
        """The logarithm of the density."""
        inside = ops.logical_and(self.low <= value, self.high > value).astype(self.low.dtype)
        return ops.log(inside) - ops.log(self.high - self.low)

    def cdf(self, value):
        """The probability of what is not larger."""
        return ops.clamp((value - self.low) / (self.high - self.low), 0, 1)

    def entropy(self):
        """The entropy, in nats."""
        return ops.log(self.high - self.low)

    def kl_divergence(self, other):
        """The divergence from this distribution to another uniform one."""
        result = ops.log((other.high - other.low) / (self.high - self.low))
        outside = ops.logical_or(other.low > self.low, other.high < self.high)
        return ops.where(outside, ms.tensor(float("inf"), result.dtype), result)
