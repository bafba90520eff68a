import mindspore as ms
from mindspore import nn, ops, Parameter
from mindspore.common.initializer import initializer, Constant


class InstanceNorm(nn.GroupNorm):
    """torch's InstanceNorm1d, 2d and 3d."""

    def __init__(
        self,
        num_features,
        eps=1e-5,
        momentum=0.1,
        affine=False,
        track_running_stats=False,
        device=None,
        dtype=None,
    ):
        super().__init__(num_features, num_features, eps=float(eps), affine=bool(affine), dtype=dtype or ms.float32)
        self.num_features = num_features
        self.momentum = momentum
        self.track_running_stats = track_running_stats
        if track_running_stats:
            self.moving_mean = Parameter(ops.zeros((num_features,), dtype or ms.float32), requires_grad=False)
            self.moving_variance = Parameter(ops.ones((num_features,), dtype or ms.float32), requires_grad=False)

    def construct(self, x):
        if not self.track_running_stats:
            return super().construct(x)
        if not self.training:
            shape = (1, self.num_features) + (1,) * (x.ndim - 2)
            scale = self.gamma * ops.rsqrt(self.moving_variance + self.eps)
            return (x - self.moving_mean.reshape(shape)) * scale.reshape(shape) + self.beta.reshape(shape)
        if self.momentum:
            values = ops.stop_gradient(x).reshape(x.shape[0], self.num_features, -1)
            mean = values.mean(-1, keep_dims=True)
            variance = ops.square(values - mean).sum(-1) / (values.shape[-1] - 1)
            kept = 1 - self.momentum
            ops.assign(self.moving_mean, self.moving_mean * kept + mean.mean((0, 2)) * self.momentum)
            ops.assign(self.moving_variance, self.moving_variance * kept + variance.mean(0) * self.momentum)
        return super().construct(x)


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.bn = nn.BatchNorm1d(3, 1e-5, 0.9, False)
        self.norm = nn.LayerNorm((3,), epsilon=1e-5)
        self.inner = InstanceNorm(4)
        self.free = nn.BatchNorm1d(3, use_batch_statistics=True)
        for _, m in self.cells_and_names():
            # Some have no weight, and some do.
            # TODO(torch2ms): [T2M305] torch has None for .weight of some of these layers, the Cell
            #   a Parameter
            if isinstance(m, nn.BatchNorm1d) and m.gamma is not None:
                m.gamma.set_data(initializer('ones', m.gamma.shape, m.gamma.dtype))
            # Every one that the file makes has a weight.
            if isinstance(m, nn.LayerNorm) and m.gamma is not None:
                m.gamma.set_data(initializer(Constant(3.0), m.gamma.shape, m.gamma.dtype))

    def inner_weight(self):
        return self.inner.gamma

    def is_counted(self):
        # TODO(torch2ms): [T2M305] torch has None for .running_mean of some of these layers, the
        #   Cell a Parameter
        return self.free.moving_mean is not None

    def construct(self, x):
        return self.norm(self.bn(x))
