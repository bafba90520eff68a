"""einops.layers.torch.Reduce."""

import math
import re

import mindspore as ms
from mindspore import nn


class Reduce(nn.Cell):
    """Reduce over the axes that the right side of a pattern leaves out, as einops' layer does.

    The pattern is read once; an ellipsis is one axis while axes are moved.
    """

    def __init__(self, pattern, reduction, **axes_lengths):
        super().__init__()
        self.reduction = reduction
        left, right = (re.findall(r"\(.*?\)|[^\s()]+", side) for side in pattern.split("->"))
        self.start = left.index("...") if "..." in left else -1
        self.end = len(right) if "..." not in right else right.index("...")
        left, right = (
            [[axis for axis in dim.strip("()").split() if axis != "1"] for dim in side] for side in (left, right)
        )
        old, new = ([axis for dim in side for axis in dim] for side in (left, right))
        self.known = tuple(
            tuple(int(axis) if axis.isdecimal() else axes_lengths.get(axis, 0) for axis in dim) for dim in left
        )
        self.divisors = tuple(math.prod(size for size in dim if size) for dim in self.known)
        kept = [old.index(axis) for axis in new]
        self.order = tuple(kept + [i for i in range(len(old)) if i not in kept])
        self.axes = tuple(range(len(new), len(old)))
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
        return self.reduced(x.reshape(sizes).permute(self.order)).reshape(result)

    def reduced(self, x):
        """Reduce over the last axes."""
        if not self.axes:
            return x
        if self.reduction == "mean":
            return x.mean(self.axes)
        if self.reduction == "sum":
            return x.sum(self.axes)
        if self.reduction == "max":
            return x.amax(self.axes)
        if self.reduction == "min":
            return x.amin(self.axes)
        if self.reduction == "any":
            return x.astype(ms.bool_).any(self.axes)
        if self.reduction == "all":
            return x.astype(ms.bool_).all(self.axes)
        if self.reduction == "prod":
            for _ in self.axes:
                x = x.prod(-1)
            return x
        return self.reduction(x, self.axes)
