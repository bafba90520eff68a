import mindspore as ms
from mindspore import nn, ops, Parameter


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


def unread():
    return nn.BatchNorm1d(4).set_train(), nn.BatchNorm2d(4).set_train()


class Net(nn.Cell):
    def __init__(self, norm=nn.BatchNorm3d):
        super().__init__()
        self.norm = norm(4)
        self.other = InstanceNorm(4)

    def count(self):
        # TODO(torch2ms): [T2M305] keep the value in an attribute of your own when the layer is
        #   built (MindSpore's BatchNorm counts no batches)
        return self.norm.num_batches_tracked


def reset(x):
    norm = nn.BatchNorm1d(4)
    norm.set_train()
    norm(x)
    return norm.moving_mean
