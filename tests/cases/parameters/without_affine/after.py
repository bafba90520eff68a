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


class LayerNorm(nn.LayerNorm):
    """nn.LayerNorm with torch's parameters."""

    def __init__(self, normalized_shape, eps=1e-5, elementwise_affine=True, bias=True, device=None, dtype=None):
        shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        super().__init__(shape, epsilon=float(eps), dtype=dtype or ms.float32)
        self.affine = bool(elementwise_affine)
        self.gamma.requires_grad = self.affine
        self.beta.requires_grad = self.affine and bool(bias)

    def construct(self, x):
        axis = x.ndim - len(self.normalized_shape)
        gamma, beta = self.gamma.astype(x.dtype), self.beta.astype(x.dtype)
        return ops.LayerNorm(axis, axis, self.epsilon)(x, gamma, beta)[0]


def named_parameters(cell, buffers=(), recurse=True):
    """Names and parameters of a cell, trainable or frozen, without moving statistics and those named in `buffers`.

    Norm layers with affine=False hold a scale and a shift all the same: torch has none.
    """
    left_out = ("moving_mean", "moving_variance", *buffers)
    plain = [part for _, part in cell.cells_and_names() if not getattr(part, "affine", True)]
    idle = {id(p) for part in plain for p in part.get_parameters(expand=False)}
    found = [(name, p) for name, p in cell.parameters_and_names(expand=recurse) if id(p) not in idle]
    return [(name, p) for name, p in found if name.split(".")[-1] not in left_out]


def parameters(cell, buffers=(), recurse=True):
    """The parameters of a cell, trainable or frozen, without moving statistics and without those named in `buffers`.

    Norm layers with affine=False hold a scale and a shift all the same: torch has none.
    """
    left_out = ("moving_mean", "moving_variance", *buffers)
    plain = [part for _, part in cell.cells_and_names() if not getattr(part, "affine", True)]
    idle = {id(p) for part in plain for p in part.get_parameters(expand=False)}
    found = [(name, p) for name, p in cell.parameters_and_names(expand=recurse) if id(p) not in idle]
    return [p for name, p in found if name.split(".")[-1] not in left_out]


class Critic(nn.Cell):
    def __init__(self, n):
        super().__init__()
        self.conv = nn.Conv2d(3, n, 3, pad_mode='valid', has_bias=True)
        self.norm = InstanceNorm(n)
        self.groups = nn.GroupNorm(2, n, affine=False)
        self.last = LayerNorm(n, elementwise_affine=False)
        self.scaled = InstanceNorm(n, affine=True)

    def construct(self, x):
        x = self.scaled(self.groups(self.norm(self.conv(x))))
        return self.last(x.mean((2, 3)))


def set_requires_grad(nets, flag=False):
    for net in nets:
        for param in parameters(net):
            param.requires_grad = flag


def count(net):
    return sum(p.numel() for p in parameters(net)), len([name for name, _ in named_parameters(net)])


def counts():
    net = Critic(4)
    net.set_train()
    first = count(net)
    set_requires_grad([net], False)
    second = count(net)
    set_requires_grad([net], True)
    trained = sum(p.numel() for p in net.trainable_params() if p.requires_grad)
    return first, second, trained


class Plain(nn.Cell):
    def __init__(self):
        super().__init__()
        # TODO(torch2ms): [T2M307] its gamma and beta, which torch has not with affine=False, are
        #   among the parameters that the file goes through
        self.norm = nn.BatchNorm1d(3, affine=False)

    def construct(self, x):
        return self.norm(x)
