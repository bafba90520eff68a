"""Cosine similarity along an axis."""

from mindspore import nn, ops


class CosineSimilarity(nn.Cell):
    """Cosine similarity along an axis."""

    def __init__(self, dim=1, eps=1e-8):
        super().__init__()
        self.dim = dim
        self.eps = eps

    def construct(self, x1, x2):
        return ops.cosine_similarity(x1, x2, self.dim, self.eps)
