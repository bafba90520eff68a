"""nn.BatchNorm1d that counts its batches: `momentum=None` takes the mean of all of them."""

import mindspore as ms
from mindspore import Parameter, Tensor, nn, ops


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
