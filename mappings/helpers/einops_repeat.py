"""einops.repeat for a pattern that is known only when the program runs, or that needs the number of dimensions."""

import math
import re

from mindspore import ops


def repeat(tensor, pattern, **axes_lengths):
    """Repeat a tensor along the axes that only the right side of a pattern has, as einops.repeat does."""

    def read(side, rank):
        """Read the axes of each dimension; an ellipsis stands for `rank` of them, a number for an axis of that size."""
        dims = []
        for place, dim in enumerate(re.findall(r"\(.*?\)|[^\s()]+", side)):
            spread = [f"...{i}" for i in range(rank)]
            axes = [axis for axis in dim.strip("()").replace("...", " ".join(spread)).split() if axis != "1"]
            axes = [f"{axis}.{place}.{i}" if axis.isdecimal() else axis for i, axis in enumerate(axes)]
            dims.extend([[axis] for axis in axes] if dim == "..." else [axes])
        return dims

    if isinstance(tensor, list):
        tensor = ops.stack(tensor)
    left, right = pattern.split("->")
    rank = tensor.ndim - len(read(left, 0))
    left, right = read(left, rank), read(right, rank)
    sizes = {axis: int(axis.partition(".")[0]) for dim in right for axis in dim if axis[0].isdecimal()}
    sizes.update(axes_lengths)
    for dim, size in zip(left, tensor.shape, strict=True):
        known = math.prod(sizes[axis] for axis in dim if axis in sizes)
        sizes.update({axis: size // known for axis in dim if axis not in sizes})
    old, new = ([axis for dim in side for axis in dim] for side in (left, right))
    kept = [axis for axis in new if axis in old]
    x = tensor.reshape(tuple(sizes[axis] for axis in old))
    if old != kept:
        x = x.permute(tuple(old.index(axis) for axis in kept))
    x = x.reshape(tuple(sizes[axis] if axis in old else 1 for axis in new))
    x = ops.broadcast_to(x, tuple(sizes[axis] for axis in new))
    return x.reshape(tuple(math.prod(sizes[axis] for axis in dim) for dim in right))
