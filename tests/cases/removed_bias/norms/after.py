"""A norm of MindSpore's has no way to go without its bias, and a list of biases is no layer."""

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


class Biases:
    def __init__(self):
        self.bias = None


def without(dim):
    norm = LayerNorm(dim)
    # TODO(torch2ms): [T2M305] make it without one, or fill its bias with zeros and freeze it (this
    #   layer of MindSpore's always adds its bias)
    norm.bias = None
    return norm, Biases()
