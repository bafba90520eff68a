"""Every way to import einops, and functions of these names that are something else."""

import math
import re
import mindspore as ms
from mindspore import nn, ops, Tensor
from functools import reduce


def _pack(tensors, pattern):
    """Join tensors along the axis `*`, which stands for any number of axes of each; return their shapes there too."""
    axes = pattern.split()
    before = axes.index("*")
    after = len(axes) - before - 1
    shapes, flat = [], []
    for x in tensors:
        end = x.ndim - after
        shapes.append(x.shape[before:end])
        flat.append(x.reshape((*x.shape[:before], -1, *x.shape[end:])))
    return ops.cat(flat, axis=before), shapes


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


def _unpack(tensor, packed_shapes, pattern):
    """Split a tensor along the axis `*` into tensors that have the given shapes there, as einops.unpack does."""
    axis = pattern.split().index("*")
    sizes = [-1 if -1 in shape else math.prod(shape) for shape in packed_shapes]
    if -1 in sizes:
        sizes[sizes.index(-1)] = tensor.shape[axis] - sum(sizes) - 1
    result, start = [], 0
    for shape, size in zip(packed_shapes, sizes, strict=True):
        part = tensor[(*[slice(None)] * axis, slice(start, start + size))]
        result.append(part.reshape((*tensor.shape[:axis], *shape, *tensor.shape[axis + 1 :])))
        start += size
    return result



class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.net = nn.SequentialCell(Rearrange('b c (h p) w -> b h w (p c)', p=2), nn.Dense(6, 4), Reduce('b h w c -> b c', 'max'))

    def construct(self, x):
        y = x.flatten(start_dim=2).swapaxes(1, 2)
        z = y.swapaxes(0, 1) + y.swapaxes(0, 1)
        n = reduce(lambda a, b: a * b, [1, 2, 3])
        packed, shapes = _pack([self.net(x), z.mean(0)], 'b *')
        first, second = _unpack(packed * n, shapes, 'b *')
        return first.tile((3, 1)), second


def rearrange(x, pattern):
    return x, pattern


def own(x: Tensor):
    return rearrange(x, 'of this file')
