from mindspore import nn, ops
from mindspore.common.initializer import initializer


class Net(nn.Cell):
    """It doesn't matter."""

    def __init__(self):
        """A net."""
        super().__init__()
        self.c = nn.Conv2d(3, 4, 3, pad_mode='same', has_bias=True)
        self.d = nn.Conv2d(3, 4, 3, pad_mode='valid', has_bias=True)
        self.d.bias.set_data(initializer('zeros', self.d.bias.shape, self.d.bias.dtype))

    def construct(self, x):
        return ops.interpolate(self.d(x), scale_factor=2.0, mode='nearest', recompute_scale_factor=True)
