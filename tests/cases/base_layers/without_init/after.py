import mindspore as ms
from mindspore import nn, ops


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


class Linear(nn.Dense):
    """nn.Dense with torch's parameters."""

    def __init__(self, in_features, out_features, bias=True, device=None, dtype=None):
        super().__init__(in_features, out_features, has_bias=bool(bias), dtype=dtype or ms.float32)


class Scaled(Linear):
    def construct(self, x):
        return super().construct(x) * 2


class Channels(LayerNorm):
    def construct(self, x):
        return super().construct(x)


net = nn.SequentialCell(Scaled(3, 4, bias=False), Channels(4, eps=1e-6))
