import mindspore as ms
from mindspore import nn, ops, Tensor, Parameter


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


class CountingBatchNorm3d(nn.BatchNorm3d):
    """nn.BatchNorm3d with torch's parameters and its `num_batches_tracked`."""

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
        moving_mean, moving_variance = self.bn2d.moving_mean, self.bn2d.moving_variance
        ops.assign(moving_mean, moving_mean * (1 - share) + ops.stop_gradient(mean).reshape(-1) * share)
        ops.assign(moving_variance, moving_variance * (1 - share) + unbiased * share)
        out = (x - mean) * ops.rsqrt(variance + self.bn2d.eps)
        return out * self.bn2d.gamma.reshape(mean.shape) + self.bn2d.beta.reshape(mean.shape)

    def extend_repr(self):
        return f"num_features={self.bn2d.num_features}, eps={self.bn2d.eps}, momentum={self.momentum}"


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, pad_mode='valid', has_bias=True)
        self.norm = CountingBatchNorm2d(4, eps=1e-3, momentum=0.3)
        self.head = nn.Dense(4, 2)

    def construct(self, x):
        x = self.norm(self.conv(x))
        if self.norm.num_batches_tracked > 2:  # warmed up
            x = x * 2
        return self.head(x.mean((2, 3))) + self.norm.num_batches_tracked


def counts(x):
    norms = nn.SequentialCell(CountingBatchNorm1d(4), nn.ReLU(), CountingBatchNorm1d(4, affine=False))
    norms.set_train()
    deep = CountingBatchNorm3d(2)
    deep.set_train()
    found = []
    for _ in range(3):
        norms(x)
        deep(x.reshape(1, 2, 2, 2, -1))
        found.append(norms[0].num_batches_tracked.item() + int(deep.num_batches_tracked))
    ops.assign(norms[2].num_batches_tracked, ops.zeros_like(norms[2].num_batches_tracked))
    norms.set_train(False)
    norms(x)
    return found, norms[0].num_batches_tracked, norms[2].num_batches_tracked, deep.bn2d.moving_mean
