"""Root mean square normalisation over the trailing axes."""

import mindspore as ms
from mindspore import Parameter, nn, ops


class RMSNorm(nn.Cell):
    """torch's RMSNorm."""

    def __init__(self, normalized_shape, eps=None, elementwise_affine=True, device=None, dtype=None):
        super().__init__()
        shape = (normalized_shape,) if isinstance(normalized_shape, int) else tuple(normalized_shape)
        self.normalized_shape = shape
        self.axis = tuple(range(-len(shape), 0))
        self.eps = 1.1920928955078125e-07 if eps is None else eps
        self.weight = Parameter(ops.ones(shape, dtype or ms.float32)) if elementwise_affine else None

    def construct(self, x):
        y = x.astype(ms.float32)
        y = (y * ops.rsqrt((y * y).mean(self.axis, keep_dims=True) + self.eps)).astype(x.dtype)
        return y if self.weight is None else (y * self.weight).astype(x.dtype)
