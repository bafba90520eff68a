import mindspore as ms
from mindspore import ops


def softmin(input, dim=None, _stacklevel=3, dtype=None):
    """Softmin along `dim`; without it along axis 0 of no, one or three dimensions, otherwise along axis 1."""
    if dim is None:
        dim = 0 if input.ndim in (0, 1, 3) else 1
    return ops.softmin(input if dtype is None else input.astype(dtype), dim)


def clamped(x):
    low = ms.tensor([0.0, 4.0])
    high = ms.tensor([6.0, 7.0])
    level = ms.tensor(3.0)
    return level.broadcast_to(low.shape).clamp(low, high), ops.clamp(level.broadcast_to(low.shape), min=low), level.clamp(0, ms.tensor(1.0)), x.clamp(-1, 1)


def same_axes(x):
    low = ops.zeros((3,))
    return ops.ones((3,)).clamp(low), x.clamp(max=low), ops.ones((2, 3)).clamp(low)


def soft(x, dim=None):
    return softmin(x, dim)
