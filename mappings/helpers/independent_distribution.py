class IndependentDistribution:
    """torch.distributions.Independent: the last axes of a batch are one event."""

    def __init__(self, base_distribution, reinterpreted_batch_ndims):
        self.base_dist, self.reinterpreted_batch_ndims = base_distribution, reinterpreted_batch_ndims
        split = len(base_distribution.batch_shape) - reinterpreted_batch_ndims
        self.batch_shape = base_distribution.batch_shape[:split]
        self.event_shape = base_distribution.batch_shape[split:] + base_distribution.event_shape
        self.has_rsample = base_distribution.has_rsample

    @property
    def mean(self):
        """The expected value."""
        return self.base_dist.mean

    @property
    def mode(self):
        """Where the density is largest."""
        return self.base_dist.mode

    @property
    def variance(self):
        """The square of the standard deviation."""
        return self.base_dist.variance

    @property
    def stddev(self):
        """The standard deviation."""
        return self.base_dist.stddev

    def rsample(self, sample_shape=()):
        """Samples through which gradients reach the parameters."""
        return self.base_dist.rsample(sample_shape)

    def sample(self, sample_shape=()):
        """Samples without gradient."""
        return self.base_dist.sample(sample_shape)

    def log_prob(self, value):
        """The logarithm of the density."""
        return self._total(self.base_dist.log_prob(value))

    def entropy(self):
        """The entropy, in nats."""
        return self._total(self.base_dist.entropy())

    def kl_divergence(self, other):
        """The divergence from this distribution to another of the kind."""
        return self._total(self.base_dist.kl_divergence(other.base_dist))

    def _total(self, value):
        number = self.reinterpreted_batch_ndims
        return value.sum(tuple(range(-number, 0))) if number else value
