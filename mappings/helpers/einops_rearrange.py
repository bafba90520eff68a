"""einops.rearrange for a pattern that is known only when the program runs, or that needs the number of dimensions."""

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
