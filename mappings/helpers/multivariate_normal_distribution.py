import math

from mindspore import ops


class MultivariateNormalDistribution:
    """torch.distributions.MultivariateNormal: samples, densities and moments."""

    has_rsample = True

    def __init__(self, loc, covariance_matrix=None, precision_matrix=None, scale_tril=None):
        if precision_matrix is not None:
            covariance_matrix = ops.inverse(precision_matrix)
        self.scale_tril = ops.cholesky(covariance_matrix) if scale_tril is None else scale_tril
        shape = (loc[..., None] + ops.zeros_like(self.scale_tril)).shape
        self.loc = ops.broadcast_to(loc, shape[:-1])
        self.scale_tril = ops.broadcast_to(self.scale_tril, shape)
        self.batch_shape, self.event_shape = shape[:-2], shape[-1:]

    @property
    def mean(self):
        """Also the mode."""
        return self.loc

    @property
    def mode(self):
        """Where the density is largest."""
        return self.loc

    @property
    def covariance_matrix(self):
        """The covariances of the last axis."""
        return ops.matmul(self.scale_tril, self.scale_tril.swapaxes(-1, -2))

    @property
    def precision_matrix(self):
        """The inverse of the covariances."""
        return ops.inverse(self.covariance_matrix)

    @property
    def variance(self):
        """The diagonal of the covariances."""
        return (self.scale_tril**2).sum(-1)

    @property
    def stddev(self):
        """The square root of the variance."""
        return ops.sqrt(self.variance)

    def rsample(self, sample_shape=()):
        """Samples through which gradients reach the parameters."""
        noise = ops.randn(tuple(sample_shape) + self.loc.shape, dtype=self.loc.dtype)
        return self.loc + ops.matmul(self.scale_tril, noise[..., None])[..., 0]

    def sample(self, sample_shape=()):
        """Samples without gradient."""
        return ops.stop_gradient(self.rsample(sample_shape))

    def log_prob(self, value):
        """The logarithm of the density."""
        distance = ops.matmul(ops.inverse(self.scale_tril), (value - self.loc)[..., None])[..., 0]
        return -0.5 * ((distance**2).sum(-1) + self.loc.shape[-1] * math.log(2 * math.pi)) - self._log_det()

    def entropy(self):
        """The entropy, in nats."""
        return 0.5 * self.loc.shape[-1] * (1 + math.log(2 * math.pi)) + self._log_det()

    def kl_divergence(self, other):
        """The divergence from this distribution to another of the kind."""
        inverse = ops.inverse(other.scale_tril)
        spread = (ops.matmul(inverse, self.scale_tril) ** 2).sum((-2, -1))
        distance = (ops.matmul(inverse, (other.loc - self.loc)[..., None]) ** 2).sum((-2, -1))
        return other._log_det() - self._log_det() + 0.5 * (spread + distance - self.loc.shape[-1])

    def _log_det(self):
        return ops.log(ops.diagonal(self.scale_tril, 0, -2, -1)).sum(-1)
