import math
import mindspore as ms
from mindspore import nn, ops, Tensor, Parameter


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


class Policy(nn.Cell):
    def __init__(self):
        super().__init__()
        self.logits = nn.Dense(3, 4)
        self.mean = nn.Dense(3, 2)
        self.log_std = Parameter(ops.zeros((2,)))

    def construct(self, x, action):
        """The loss of a policy gradient."""
        discrete = CategoricalDistribution(logits=self.logits(x))
        continuous = IndependentDistribution(NormalDistribution(self.mean(x), self.log_std.exp()), 1)
        ratio = discrete.log_prob(action) + continuous.log_prob(x[:, :2])
        return -(ratio.mean() + 0.01 * (discrete.entropy() + continuous.entropy()).mean())


def act(net, x):
    dist = CategoricalDistribution(logits=net.logits(x))
    action = dist.sample()
    return action, dist.log_prob(action)


def latent(mean: Tensor, log_var: Tensor):
    q = NormalDistribution(mean, (0.5 * log_var).exp())
    prior = NormalDistribution(ops.zeros_like(mean), ops.ones_like(mean))
    return q.kl_divergence(prior).sum(-1), q.kl_divergence(NormalDistribution(0.0, 1.0)).mean()


def drawn(mean: Tensor, scale: Tensor):
    q = NormalDistribution(mean, scale)
    z = q.rsample()
    more = q.sample((3,))
    coin = BernoulliDistribution(logits=mean).sample()
    part = BetaDistribution(scale + 1, scale + 2).sample(tuple([2]))
    even = UniformDistribution(mean - 1, mean + 1).sample()
    steps = LaplaceDistribution(mean, scale).rsample()
    return z.unsqueeze(0) + more, coin, part, even, steps


def classes(probs: Tensor):
    return CategoricalDistribution(probs).sample((500,)).float()
