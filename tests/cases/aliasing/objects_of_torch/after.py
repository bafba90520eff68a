"""Objects of torch's that hold the tensors they are made from: they see what changes in place."""

import math
import mindspore as ms
from mindspore import nn, ops, Tensor, Parameter
from mindspore.dataset.dataloader import TensorDataset


def embedding_from_pretrained(embeddings, freeze=True):
    """An nn.Embedding with the rows of `embeddings`, which are trained if it is not frozen."""
    layer = nn.Embedding(*embeddings.shape, embedding_table=embeddings)
    layer.embedding_table.requires_grad = not freeze
    return layer


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


def dataset(x):
    x = ops.relu(x) + 1
    data = TensorDataset(x)
    # TODO(torch2ms): [T2M303] torch changes the tensor in place, and what data holds with it; in
    #   MindSpore only this name changes
    x += 1
    return data[1][0]


def distribution(x):
    mean = ops.zeros_like(x)
    normal = NormalDistribution(mean, ops.ones_like(x))
    # TODO(torch2ms): [T2M303] torch changes the tensor in place, and what normal holds with it; in
    #   MindSpore only this name changes
    mean += 1
    return normal.log_prob(x)


def pretrained(x):
    weight = ops.relu(x) + 1
    table = embedding_from_pretrained(weight)
    # TODO(torch2ms): [T2M303] torch changes the tensor in place, and what table holds with it; in
    #   MindSpore only this name changes
    weight += 1
    return table(ms.tensor([1]))


class Registered(nn.Cell):
    def __init__(self):
        super().__init__()
        start = ops.zeros((3,))
        self.start = Parameter(start, requires_grad=False)
        # TODO(torch2ms): [T2M303] torch changes the tensor in place, and self.start with it; in
        #   MindSpore only this name changes
        start += 2

    def construct(self, x):
        return x + self.start


def largest(x):
    row = ops.stop_gradient(ops.relu(x).sum(1))
    value = max(row)
    # TODO(torch2ms): [T2M303] torch changes the tensor in place, and row with it; in MindSpore only
    #   this name changes
    value += 10
    return row


def either(x, y=None):
    y = x if y is None else y
    # TODO(torch2ms): [T2M303] torch changes the tensor in place, and x with it; in MindSpore only
    #   this name changes
    y += 1
    return x + y


def called(x):
    return either(ops.relu(x) * 3)
