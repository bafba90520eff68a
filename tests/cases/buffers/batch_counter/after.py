import mindspore as ms
from mindspore import nn, ops, Tensor, Parameter


def batch_norm(input, running_mean, running_var, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
    """Batch normalisation; in training the running statistics, if there are any, are updated."""
    channels = input.shape[1]
    weight = ops.ones((channels,), input.dtype) if weight is None else weight
    bias = ops.zeros((channels,), input.dtype) if bias is None else bias
    if not training:
        shape = (1, channels, *([1] * (input.ndim - 2)))
        scale = weight * ops.rsqrt(running_var + eps)
        return input * scale.reshape(shape) + (bias - running_mean * scale).reshape(shape)
    axes = (0, *range(2, input.ndim))
    mean = input.mean(axes, keep_dims=True)
    var = ((input - mean) ** 2).mean(axes, keep_dims=True)
    if running_mean is not None:
        count = input.size // channels
        ops.assign(running_mean, (1 - momentum) * running_mean + momentum * mean.reshape(-1))
        ops.assign(running_var, (1 - momentum) * running_var + momentum * count / (count - 1) * var.reshape(-1))
    out = (input - mean) * ops.rsqrt(var + eps)
    return out * weight.reshape(mean.shape) + bias.reshape(mean.shape)


class CountingBatchNorm1d(nn.BatchNorm1d):
    """nn.BatchNorm1d with torch's parameters and its `num_batches_tracked`."""

    def __init__(
        self,
        num_features,
        eps=1e-5,
        momentum=0.1,
        affine=True,
        track_running_stats=True,
        device=None,
        dtype=None,
    ):
        super().__init__(
            num_features,
            eps=float(eps),
            momentum=0.9 if momentum is None else 1 - momentum,
            affine=bool(affine),
            use_batch_statistics=None if track_running_stats else True,
            dtype=dtype or ms.float32,
        )
        self.momentum = momentum
        if track_running_stats:
            self.num_batches_tracked = Parameter(Tensor(0, ms.int64), requires_grad=False)
        else:
            self.num_batches_tracked = None

    def construct(self, x):
        if not self.training or self.num_batches_tracked is None:
            return super().construct(x)
        ops.assign(self.num_batches_tracked, self.num_batches_tracked + 1)
        if self.momentum is not None:
            return super().construct(x)
        axes = (0, *range(2, x.ndim))
        mean = x.mean(axes, keep_dims=True)
        variance = ops.square(x - mean).mean(axes, keep_dims=True)
        share = 1 / self.num_batches_tracked.astype(x.dtype)
        count = x.size // x.shape[1]
        unbiased = ops.stop_gradient(variance).reshape(-1) * (count / (count - 1))
        ops.assign(self.moving_mean, self.moving_mean * (1 - share) + ops.stop_gradient(mean).reshape(-1) * share)
        ops.assign(self.moving_variance, self.moving_variance * (1 - share) + unbiased * share)
        out = (x - mean) * ops.rsqrt(variance + self.eps)
        return out * self.gamma.reshape(mean.shape) + self.beta.reshape(mean.shape)

    def extend_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


class CountingBatchNorm2d(nn.BatchNorm2d):
    """nn.BatchNorm2d with torch's parameters and its `num_batches_tracked`."""

    def __init__(
        self,
        num_features,
        eps=1e-5,
        momentum=0.1,
        affine=True,
        track_running_stats=True,
        device=None,
        dtype=None,
    ):
        super().__init__(
            num_features,
            eps=float(eps),
            momentum=0.9 if momentum is None else 1 - momentum,
            affine=bool(affine),
            use_batch_statistics=None if track_running_stats else True,
            dtype=dtype or ms.float32,
        )
        self.momentum = momentum
        if track_running_stats:
            self.num_batches_tracked = Parameter(Tensor(0, ms.int64), requires_grad=False)
        else:
            self.num_batches_tracked = None

    def construct(self, x):
        if not self.training or self.num_batches_tracked is None:
            return super().construct(x)
        ops.assign(self.num_batches_tracked, self.num_batches_tracked + 1)
        if self.momentum is not None:
            return super().construct(x)
        axes = (0, *range(2, x.ndim))
        mean = x.mean(axes, keep_dims=True)
        variance = ops.square(x - mean).mean(axes, keep_dims=True)
        share = 1 / self.num_batches_tracked.astype(x.dtype)
        count = x.size // x.shape[1]
        unbiased = ops.stop_gradient(variance).reshape(-1) * (count / (count - 1))
        ops.assign(self.moving_mean, self.moving_mean * (1 - share) + ops.stop_gradient(mean).reshape(-1) * share)
        ops.assign(self.moving_variance, self.moving_variance * (1 - share) + unbiased * share)
        out = (x - mean) * ops.rsqrt(variance + self.eps)
        return out * self.gamma.reshape(mean.shape) + self.beta.reshape(mean.shape)

    def extend_repr(self):
        return f"num_features={self.num_features}, eps={self.eps}, momentum={self.momentum}"


class NormAct(CountingBatchNorm2d):
    def __init__(self, n, momentum=0.1, track_running_stats=True):
        super().__init__(n, eps=1e-4, momentum=momentum, track_running_stats=track_running_stats)
        self.act = nn.ReLU()

    def construct(self, x):
        if self.momentum is None:
            factor = 0.0
        else:
            factor = self.momentum
        if self.training and self.use_batch_statistics is None:
            if self.num_batches_tracked is not None:
                ops.assign(self.num_batches_tracked, self.num_batches_tracked + 1)
                if self.momentum is None:
                    factor = 1.0 / float(self.num_batches_tracked)
                else:
                    factor = self.momentum
        x = batch_norm(
            x,
            self.moving_mean,
            self.moving_variance,
            self.gamma,
            self.beta,
            self.training or not self.use_batch_statistics is None,
            factor,
            self.eps,
        )
        return self.act(x)


class Warm(CountingBatchNorm1d):
    def construct(self, x):
        ops.assign(self.num_batches_tracked, self.num_batches_tracked + 1)
        ops.assign(self.num_batches_tracked, self.num_batches_tracked + 1)
        return super().construct(x)


class Net(nn.Cell):
    def __init__(self, momentum):
        super().__init__()
        self.norm = NormAct(3, momentum)
        self.warm = Warm(3)

    def construct(self, x, y):
        x = self.norm(x).sum() + self.norm(y)
        return self.warm(x.mean((2, 3))), self.warm.num_batches_tracked


def counted():
    net = Net(None)
    net.set_train()
    for size in (2, 3, 4, 2):
        net(ops.ones((size, 3, 4, 4)), ops.zeros((size, 3, 2, 2)))
    return int(net.norm.num_batches_tracked), int(net.warm.num_batches_tracked)
