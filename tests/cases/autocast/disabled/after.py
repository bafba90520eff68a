from contextlib import ExitStack, nullcontext

from mindspore import nn, ops


class Angles(nn.Cell):
    def __init__(self, width):
        super().__init__()
        self.rate = ops.arange(width).float()

    def construct(self, x, positions):
        # in float32
        angle = positions.float()[:, None] * self.rate[None]
        return angle.cos().to(x.dtype), angle.sin().to(x.dtype)


def by_position(x):
    x = x * 2
    y = ops.stop_gradient(x + 1)
    x = x + 2
    x = x * 3
    with ExitStack() as stack:
        stack.enter_context(nullcontext())
        x = x + 3
    return x + y


def decorated(x):
    return ops.relu(x)


class Loss(nn.Cell):
    def construct(self, x):
        return (x * x).mean()
