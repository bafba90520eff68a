"""Tensors that go by the names of helpers."""

from mindspore import nn, ops


def _normalize(input, p=2.0, dim=1, eps=1e-12):
    """`input` over its p-norm along `dim`, or of all elements; the norm is at least `eps`."""
    if p == 2:
        # the limit goes under the root, so that the gradient of a zero vector stays finite
        return input * ops.rsqrt(ops.clamp((input * input).sum(dim, keepdims=True), min=eps * eps))
    return input / ops.clamp(ops.vector_norm(input, p, dim, True), min=eps)


class Kept(nn.Cell):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()

    def construct(self, x):
        normalize = x * 2
        self.kept = normalize
        normalize.copy_(normalize * 3)
        return self.kept + _normalize(normalize)


class Named(nn.Cell):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()

    def construct(self, x):
        other = normalize = x * 2
        other = normalize = self.relu(other)
        return _normalize(normalize) + other


def switched(x, flag):
    normalize = x * 2
    if not flag:
        normalize = ops.stop_gradient(normalize)
    return _normalize(normalize)
