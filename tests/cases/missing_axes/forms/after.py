import mindspore as ms
from mindspore import nn, ops, Tensor, Parameter


class AdaptiveAvgPool1d(nn.Cell):
    """Adaptive average pooling to any length (nn.AdaptiveAvgPool1d wants a divisor of it)."""

    def __init__(self, output_size):
        super().__init__()
        self.output_size = output_size[0] if isinstance(output_size, (tuple, list)) else output_size

    def construct(self, x):
        return ops.adaptive_avg_pool2d(x.expand_dims(-2), (1, self.output_size)).squeeze(-2)


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


def padded_targets(targets, target_lengths):
    """The targets of a CTC loss as one row a sequence; torch takes them one after the other as well."""
    if targets.ndim == 2:
        return targets
    lengths = ms.tensor(target_lengths)
    starts = ops.cumsum(lengths, 0) - lengths
    places = starts.expand_dims(1) + ops.arange(int(lengths.max()))
    return targets[ops.minimum(places, targets.shape[0] - 1)]


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, pad_mode="pad", padding=1, has_bias=True)
        self.norm = InstanceNorm(4)
        self.squeeze = AdaptiveAvgPool1d(2)

    def construct(self, images: Tensor):
        images = images.float().view(2, 3, 6, 6)
        outs = []
        for image in images:
            image = self.norm(ops.relu(self.conv(image.expand_dims(0)).squeeze(0)).expand_dims(0)).squeeze(0)  # one at a time
            outs.append(ops.max_pool2d(image.expand_dims(0), 2, stride=2).squeeze(0))
        first = self.conv(images[0].expand_dims(0)).squeeze(0)
        return ops.stack(outs), self.squeeze(first.flatten(start_dim=1)), ops.conv2d(first.expand_dims(0), ops.ones((1, 4, 1, 1))).squeeze(0)


def numbers(x: Tensor):
    total = x.float().sum()
    row = ops.arange(4.0)
    picked = ops.gather(row, ms.tensor(2).reshape(1), 0)
    return ops.softmax(total.expand_dims(0), 0).squeeze(0), ops.log_softmax(total.expand_dims(0), axis=-1).squeeze(0), ops.cumsum(total.expand_dims(0), 0).squeeze(0), nn.Softmax(axis=0)(total.expand_dims(0)).squeeze(0), picked


def losses(x: Tensor):
    scores = ops.log_softmax(x, 2)
    lengths = ms.tensor([2, 3])
    targets = ms.tensor([1, 2, 1, 2, 2])
    rows = ms.tensor([[1, 2, 0], [1, 2, 2]])
    steps = ms.tensor([5, 5])
    criterion = nn.CTCLoss(reduction="sum")
    joined = ops.ctc_loss(scores, padded_targets(targets, lengths), steps, lengths, 0, 'mean', False)[0] + criterion(scores, padded_targets(targets, (2, 3)), ms.tensor((5, 5)), ms.tensor((2, 3)))
    return joined, ops.ctc_loss(scores, rows, steps, lengths, 0, 'mean', False)[0]
