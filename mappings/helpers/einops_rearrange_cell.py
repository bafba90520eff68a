"""einops.layers.torch.Rearrange."""

import math
import re

from mindspore import nn


class Rearrange(nn.Cell):
    """Reorder, split and merge axes by a pattern such as "b c (h p) -> b h (p c)", as einops' layer does.

    The pattern is read once; an ellipsis is one axis while axes are moved.
    """

    def __init__(self, pattern, **axes_lengths):
        super().__init__()
        left, right = (re.findall(r"\(.*?\)|[^\s()]+", side) for side in pattern.split("->"))
        self.start = left.index("...") if "..." in left else -1
        self.end = len(right) if "..." not in right else right.index("...")
        left, right = (
            [[axis for axis in dim.strip("()").split() if axis != "1"] for dim in side] for side in (left, right)
        )
        old, new = ([axis for dim in side for axis in dim] for side in (left, right))
        self.known = tuple(tuple(axes_lengths.get(axis, 0) for axis in dim) for dim in left)
        self.divisors = tuple(math.prod(size for size in dim if size) for dim in self.known)
        self.order = tuple(old.index(axis) for axis in new)
        self.merged = tuple(tuple(old.index(axis) for axis in dim) for dim in right)

    def construct(self, x):
        shape = x.shape
        rank = len(shape) - len(self.known) + 1
        sizes = ()
        for i, dim in enumerate(self.known):
            if i == self.start:
                sizes += (math.prod(shape[i : i + rank]),)
                continue
            size = shape[i] if self.start < 0 or i < self.start else shape[i + rank - 1]
            for known in dim:
                sizes += (known if known > 0 else size // self.divisors[i],)
        result = ()
        for i, dim in enumerate(self.merged):
            if i == self.end:
                result += shape[self.start : self.start + rank]
                continue
            size = 1
            for axis in dim:
                size *= sizes[axis]
            result += (size,)
        return x.reshape(sizes).permute(self.order).reshape(result)
