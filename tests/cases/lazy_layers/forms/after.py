import mindspore as ms
from mindspore import nn, ops, Parameter
from mindspore.common.initializer import initializer, Constant
from mindspore.experimental import optim


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


def layer_parameter(layer, name):
    """What torch calls `weight` or `bias` of a layer; None where it has none, or a frozen one that only scales by 1.

    One that the layer computes is given as a copy: what is written to it is lost, as in torch.
    """
    norms = nn.BatchNorm1d | nn.BatchNorm2d | nn.BatchNorm3d | nn.GroupNorm | nn.LayerNorm
    owner = layer.bn2d if isinstance(layer, nn.BatchNorm3d) else layer
    for own in ("weight", "gamma", "embedding_table") if name == "weight" else ("bias", "beta"):
        parameter = getattr(owner, own, None)
        if parameter is not None and not isinstance(parameter, Parameter):
            return Parameter(parameter)
        if parameter is not None:
            return parameter if parameter.requires_grad or not isinstance(layer, norms) else None
    return None


def lazy(make, axis=1, count=1):
    """The layer that `make` makes of a number of input channels: of `count` until the first call, then of as many as
    the input has along `axis`. The Parameters stay the same objects, with new shapes and new values.

    The first call has to be in PyNative mode, before an optimizer is made.
    """
    layer = make(count)
    base = type(layer)

    class Lazy(base):
        def __call__(self, x, *inputs):
            new = make(x.shape[axis])
            for mine, its in zip(self.get_parameters(), new.get_parameters(), strict=True):
                mine.set_data(its.value(), slice_shape=True)
            sizes = ("in_channels", "num_features", "num_channels", "num_groups")
            for name, value in vars(new).items():
                if name in sizes or isinstance(value, ops.Primitive):
                    setattr(self, name, value)
            self.__class__ = base
            return self(x, *inputs)

    Lazy.__name__ = base.__name__
    layer.__class__ = Lazy
    return layer


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.net = nn.SequentialCell(
            lazy(lambda channels: nn.Conv2d(channels, 8, kernel_size=3, pad_mode='pad', padding=1, has_bias=True)),  # first
            lazy(lambda channels: nn.BatchNorm2d(channels)), nn.ReLU(),
            lazy(lambda channels: nn.Conv2d(channels, 8, 3, pad_mode='valid', group=2, has_bias=False), count=2),
            lazy(lambda channels: nn.Conv2dTranspose(channels, 6, 2, stride=2, pad_mode='pad', has_bias=True)),
            nn.Flatten(), lazy(lambda channels: nn.Dense(channels, 10), axis=-1), nn.Dense(10, 2))
        self.net.set_train()
        self.seq = nn.SequentialCell(lazy(lambda channels: nn.Conv1d(channels, 4, 3, pad_mode='valid', has_bias=True)), lazy(lambda channels: InstanceNorm(channels, affine=True, track_running_stats=True)), lazy(lambda channels: InstanceNorm(channels, 1e-4, 0.2, False, track_running_stats=False)), lazy(lambda channels: nn.Conv1dTranspose(channels, 4, 2, 2, pad_mode='pad', padding=0, group=2, has_bias=True), count=2), lazy(lambda channels: nn.BatchNorm1d(channels, momentum=0.7)))
        self.seq.set_train()
        self.vol = nn.SequentialCell(lazy(lambda channels: nn.Conv3d(channels, 4, 2, pad_mode='valid', has_bias=True)), lazy(lambda channels: nn.BatchNorm3d(channels, affine=False)), lazy(lambda channels: nn.Conv3dTranspose(channels, 2, 2, pad_mode='pad', has_bias=False)))
        self.vol.set_train()
        self.net(ops.zeros((2, 3, 8, 8)))
        self.seq(ops.zeros((2, 3, 8)))
        self.vol(ops.zeros((2, 3, 4, 4, 4)))
        weight = layer_parameter(self.net[0], "weight")
        weight.set_data(initializer(Constant(0.1), weight.shape, weight.dtype))

    def construct(self, x, y, z):
        return self.net(x), self.seq(y), self.vol(z)


class Late(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = lazy(lambda channels: nn.Dense(channels, 4, has_bias=False), axis=-1)
        self.out = lazy(lambda channels: nn.Dense(channels, out_channels=2), axis=-1)

    def construct(self, x):
        return self.out(ops.relu(self.fc(x)))


def shapes():
    net = Late()
    net(ops.ones((3, 5)))
    first = [tuple(p.shape) for p in net.trainable_params()]
    net(ops.ones((2, 7, 5)))
    return first, [tuple(p.shape) for p in net.trainable_params()], net.fc.in_channels


def train():
    net = Late()
    net(ops.ones((3, 5)))
    for p in net.trainable_params():
        p.set_data(initializer(Constant(0.1), p.shape, p.dtype))
    optimizer = optim.SGD(net.trainable_params(), lr=0.1, momentum=0.9)
    losses = []
    for step in range(3):
        def forward_fn():
            loss = (net(ops.ones((3, 5))) - step).square().mean()
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
        loss, grads = grad_fn()
        optimizer(grads)
        losses.append(loss.item())
    return losses
