"""einops.reduce for a pattern that is known only when the program runs, or that needs the number of dimensions."""

import math
import re

import mindspore as ms
from mindspore import ops


def reduce(tensor, pattern, reduction, **axes_lengths):
    """Reduce over the axes that the right side of a pattern leaves out, as einops.reduce does."""

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
    sizes = {axis: int(axis.partition(".")[0]) for dim in left for axis in dim if axis[0].isdecimal()}
    sizes.update(axes_lengths)
    for dim, size in zip(left, tensor.shape, strict=True):
        known = math.prod(sizes[axis] for axis in dim if axis in sizes)
        sizes.update({axis: size // known for axis in dim if axis not in sizes})
    old, new = ([axis for dim in side for axis in dim] for side in (left, right))
    order = [*new, *(axis for axis in old if axis not in new)]
    x = tensor.reshape(tuple(sizes[axis] for axis in old))
    if old != order:
        x = x.permute(tuple(old.index(axis) for axis in order))
    axes = tuple(range(len(new), len(old)))
    if axes:
        if callable(reduction):
            x = reduction(x, axes)
        elif reduction == "prod":
            for axis in reversed(axes):
                x = x.prod(axis)
        elif reduction in ("any", "all"):
            x = getattr(x.astype(ms.bool_), reduction)(axes)
        else:
            x = getattr(x, {"max": "amax", "min": "amin"}.get(reduction, reduction))(axes)
    return x.reshape(tuple(math.prod(sizes[axis] for axis in dim) for dim in right))
