"""Adaptive max pooling to any length (nn.AdaptiveMaxPool1d wants a divisor of it)."""

from mindspore import nn, ops


class AdaptiveMaxPool1d(nn.Cell):
    """Adaptive max pooling to any length (nn.AdaptiveMaxPool1d wants a divisor of it)."""

    def __init__(self, output_size):
        super().__init__()
        self.output_size = output_size[0] if isinstance(output_size, (tuple, list)) else output_size

    def construct(self, x):
        return ops.adaptive_max_pool2d(x.expand_dims(-2), (1, self.output_size)).squeeze(-2)
