"""Normalisation over neighbouring channels."""

from mindspore import nn, ops


class LocalResponseNorm(nn.Cell):
    """Normalisation over neighbouring channels."""

    def __init__(self, size, alpha=1e-4, beta=0.75, k=1.0):
        super().__init__()
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k

    def construct(self, x):
        channels = x.shape[1]
        sides = (0, 0) * (x.ndim - 2) + (self.size // 2, (self.size - 1) // 2)
        squares = ops.pad(x * x, sides)
        total = squares[:, :channels]
        for shift in range(1, self.size):
            total = total + squares[:, shift : shift + channels]
        return x / (self.k + self.alpha / self.size * total) ** self.beta
