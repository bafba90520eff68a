"""einops knows arrays of NumPy's: what is one stays. What may be one goes to a helper that takes both."""

import numpy as np
import einops
import math
import re
from mindspore import ops


def rearrange(tensor, pattern, **axes_lengths):
    """Reorder, split and merge axes by a pattern such as "b n (h d) -> b h n d", as einops.rearrange does."""

    def read(side, rank):
        """Read the axes of each dimension; an ellipsis stands for `rank` of them."""
        dims = []
        for dim in re.findall(r"\(.*?\)|[^\s()]+", side):
            spread = [f"...{i}" for i in range(rank)]
            axes = [axis for axis in dim.strip("()").replace("...", " ".join(spread)).split() if axis != "1"]
            dims.extend([[axis] for axis in axes] if dim == "..." else [axes])
        return dims

    if isinstance(tensor, list):
        tensor = ops.stack(tensor)
    left, right = pattern.split("->")
    rank = tensor.ndim - len(read(left, 0))
    left, right = read(left, rank), read(right, rank)
    sizes = dict(axes_lengths)
    for dim, size in zip(left, tensor.shape, strict=True):
        known = math.prod(sizes[axis] for axis in dim if axis in sizes)
        sizes.update({axis: size // known for axis in dim if axis not in sizes})
    old, new = ([axis for dim in side for axis in dim] for side in (left, right))
    x = tensor.reshape(tuple(sizes[axis] for axis in old))
    if old != new:
        x = x.transpose(tuple(old.index(axis) for axis in new))
    return x.reshape(tuple(math.prod(sizes[axis] for axis in dim) for dim in right))


def to_image(size):
    pixels = np.arange(size * size * 3).reshape(3, size, size)
    return einops.rearrange(pixels, 'c h w -> h w c')


def last(x):
    return rearrange(x, 'c h w -> h w c')


def both(x):
    return last(x), last(np.ones((2, 3, 4))), ops.relu(x).swapaxes(0, 2).flatten(start_dim=1)
