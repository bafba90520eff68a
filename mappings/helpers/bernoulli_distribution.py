import mindspore as ms
from mindspore import Tensor, ops


class BernoulliDistribution:
    """torch.distributions.Bernoulli: samples, probabilities and moments."""

    has_rsample = False

    def __init__(self, probs=None, logits=None):
        if probs is not None:
            self.probs = probs if isinstance(probs, Tensor) else ms.tensor(probs, ms.float32)
            p = ops.clamp(self.probs, 1.1920929e-07, 1 - 1.1920929e-07)
            self.logits = ops.log(p) - ops.log1p(-p)
        else:
            self.logits = logits if isinstance(logits, Tensor) else ms.tensor(logits, ms.float32)
            self.probs = ops.sigmoid(self.logits)
        self.batch_shape, self.event_shape = self.probs.shape, ()

    @property
    def mean(self):
        """The probability of 1."""
        return self.probs

    @property
    def variance(self):
        """The square of the standard deviation."""
        return self.probs * (1 - self.probs)

    @property
    def stddev(self):
        """The standard deviation."""
        return ops.sqrt(self.variance)

    def sample(self, sample_shape=()):
        """Samples, 0 or 1."""
        u = ops.rand(tuple(sample_shape) + self.batch_shape, dtype=self.probs.dtype)
        return ops.stop_gradient((u < self.probs).astype(self.probs.dtype))

    def log_prob(self, value):
        """The logarithm of the probability."""
        x = self.logits
        return x * value - ops.relu(x) - ops.log1p(ops.exp(-ops.abs(x)))

    def entropy(self):
        """The entropy, in nats."""
        return -self.log_prob(self.probs)

    def kl_divergence(self, other):
        """The divergence from this distribution to another of the kind."""
        return self.log_prob(self.probs) - other.log_prob(self.probs)
