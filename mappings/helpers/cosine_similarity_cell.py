"""Cosine similarity along an axis."""

from mindspore import nn, ops


class CosineSimilarity(nn.Cell):
    """Cosine similarity along an axis."""

    def __init__(self, dim=1, eps=1e-8):
        super().__init__()
        self.dim = dim
        self.eps = eps

    def construct(self, x1, x2):
        shape = (x1 * x2).shape
        x1, x2 = x1.broadcast_to(shape), x2.broadcast_to(shape)
        # The limit goes under the root, so that the gradient of a row of zeros stays finite.
        least = self.eps * self.eps
        norm1 = ops.rsqrt(ops.clamp((x1 * x1).sum(self.dim, keepdims=True), min=least))
        norm2 = ops.rsqrt(ops.clamp((x2 * x2).sum(self.dim, keepdims=True), min=least))
        return (x1 * norm1 * (x2 * norm2)).sum(self.dim)
