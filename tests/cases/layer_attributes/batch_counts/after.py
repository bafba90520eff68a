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


def reset_running_stats(cell):
    """Set the running mean of a batch norm to 0, the running variance to 1 and the count of batches, if any, to 0."""
    owner = cell.bn2d if isinstance(cell, nn.BatchNorm3d) else cell
    ops.assign(owner.moving_mean, ops.zeros_like(owner.moving_mean))
    ops.assign(owner.moving_variance, ops.ones_like(owner.moving_variance))
    count = getattr(cell, "num_batches_tracked", None)
    if count is not None:
        ops.assign(count, ops.zeros_like(count))


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.bn = nn.BatchNorm2d(3)
        self.flat = CountingBatchNorm1d(3, momentum=0.2)

    def reset(self):
        # the statistics begin anew
        ops.assign(self.bn.moving_mean, ops.zeros_like(self.bn.moving_mean))
        reset_running_stats(self.flat)

    def construct(self, x):
        return self.flat(self.bn(x).mean((2, 3)))


def reset_all(net):
    for _, m in net.cells_and_names():
        if isinstance(m, (nn.BatchNorm1d, nn.BatchNorm2d)):
            ops.assign(m.moving_mean, ops.full_like(m.moving_mean, 0.5))


def reset():
    net = Net()
    net.set_train()
    x = ops.arange(96.0).reshape(2, 3, 4, 4)
    net(x)
    net.reset()
    first = net.bn.moving_mean.copy(), net.flat.moving_mean.copy(), net.flat.moving_variance.copy()
    net(x)
    reset_all(net)
    net(x)
    return first, net.bn.moving_mean, net.bn.moving_variance, net.flat.moving_mean


def all_batches():
    bn = CountingBatchNorm3d(2, momentum=None)
    bn.set_train()
    x = ops.arange(32.0).reshape(2, 2, 2, 2, 2)
    bn(x)
    bn(x * 2)
    ops.assign(bn.num_batches_tracked, ops.zeros_like(bn.num_batches_tracked))
    bn(x * 3)
    return bn.num_batches_tracked, bn.bn2d.moving_mean


def all_batches_again():
    bn = CountingBatchNorm3d(2, momentum=None)
    bn.set_train()
    x = ops.arange(32.0).reshape(2, 2, 2, 2, 2)
    bn(x)
    reset_running_stats(bn)
    bn(x * 2)
    bn(x * 3)
    return bn.bn2d.moving_mean


def left(scale):
    bn = CountingBatchNorm1d(3)
    bn.set_train()
    ops.assign(bn.num_batches_tracked, ops.full_like(bn.num_batches_tracked, scale()))
    return bn.num_batches_tracked + 1
