from mindspore import numpy as mnp


def fftshift(input, dim=None):
    """ops.fftshift, whose gradient is right only the first time on CPU."""
    axes = tuple(range(input.ndim)) if dim is None else (dim,) if isinstance(dim, int) else tuple(dim)
    return mnp.roll(input, tuple(size // 2 for size in (input.shape[axis] for axis in axes)), axes)
