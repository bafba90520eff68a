import mindspore as ms
from mindspore import ops


class CategoricalDistribution:
    """torch.distributions.Categorical: samples and probabilities; the last axis holds the classes."""

    has_rsample = False

    def __init__(self, probs=None, logits=None):
        if probs is not None:
            self.probs = probs / probs.sum(-1, keepdims=True)
            self.logits = ops.log(ops.clamp(self.probs, 1.1920929e-07, 1 - 1.1920929e-07))
        else:
            self.logits = logits - ops.logsumexp(logits, -1, True)
            self.probs = ops.softmax(self.logits, -1)
        self.batch_shape, self.event_shape = self.probs.shape[:-1], ()

    @property
    def mode(self):
        """The class of the largest probability."""
        return ops.argmax(self.probs, -1).astype(ms.int64)

    def sample(self, sample_shape=()):
        """Classes, int64."""
        shape, number = tuple(sample_shape), 1
        for size in shape:
            number *= size
        flat = self.probs.reshape(-1, self.probs.shape[-1])
        drawn = ops.multinomial(ops.stop_gradient(flat), number, True).astype(ms.int64)
        return drawn.T.reshape(shape + self.batch_shape)

    def log_prob(self, value):
        """The logarithm of the probability of classes."""
        value = value.astype(ms.int64).expand_dims(-1)
        shape = (value[..., 0] + ops.zeros(self.batch_shape, ms.int64)).shape
        logits = ops.broadcast_to(self.logits, shape + self.logits.shape[-1:])
        return ops.gather_elements(logits, logits.ndim - 1, ops.broadcast_to(value, (*shape, 1)))[..., 0]

    def entropy(self):
        """The entropy, in nats."""
        return -(ops.clamp(self.logits, min=-3.4028235e38) * self.probs).sum(-1)

    def perplexity(self):
        """The exponential of the entropy."""
        return ops.exp(self.entropy())

    def kl_divergence(self, other):
        """The divergence from this distribution to another of the kind."""
        return (self.probs * (self.logits - other.logits)).sum(-1)
