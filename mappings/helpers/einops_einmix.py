"""einops.layers.torch.EinMix."""

import math
import re

from mindspore import Parameter, nn, ops
from mindspore.common.initializer import Uniform, initializer


class EinMix(nn.Cell):
    """Mix the axes of a tensor with those of a weight, as a pattern says, and add a bias, as einops' layer does.

    It is a matmul: over the axes that only the tensor and the weight have, for each of those that the result has too.
    """

    def __init__(self, pattern, weight_shape, bias_shape=None, **axes_lengths):
        super().__init__()
        left, right = (re.findall(r"\(.*?\)|[^\s()]+", side) for side in pattern.split("->"))
        self.start = left.index("...") if "..." in left else -1
        self.end = right.index("...") if "..." in right else -1
        left, right = (
            [[axis for axis in dim.strip("()").split() if axis != "1"] for dim in side] for side in (left, right)
        )
        old, new = ([axis for dim in side for axis in dim] for side in (left, right))
        weight = weight_shape.split()
        self.known = tuple(tuple(axes_lengths.get(axis, 0) for axis in dim) for dim in left)
        self.divisors = tuple(math.prod(size for size in dim if size) for dim in self.known)
        both = [axis for axis in weight if axis in old and axis in new]
        inner = [axis for axis in weight if axis in old and axis not in new]
        columns = [axis for axis in weight if axis not in old]
        rows = [axis for axis in old if axis not in weight and axis in new]
        summed = [axis for axis in old if axis not in weight and axis not in new]
        self.order = tuple(old.index(axis) for axis in [*both, *rows, *inner, *summed])
        self.summed = len(summed)
        self.rows = tuple(old.index(axis) for axis in rows)
        self.both, self.inner, self.columns = (
            tuple(axes_lengths[axis] for axis in axes) for axes in (both, inner, columns)
        )
        self.weight_order = tuple(weight.index(axis) for axis in [*both, *inner, *columns])
        made = [*both, *rows, *columns]
        self.result = tuple(made.index(axis) for axis in new)
        self.merged = tuple(tuple(made.index(axis) for axis in dim) for dim in right)
        fan_in = math.prod(axes_lengths[axis] for axis in weight if axis not in new)
        shape = [axes_lengths[axis] for axis in weight]
        self.weight = Parameter(initializer(Uniform((3 / fan_in) ** 0.5), shape), name="weight")
        self.bias = None
        if bias_shape is not None:
            shape = [axes_lengths[axis] if axis in bias_shape.split() else 1 for axis in new if axis != "..."]
            self.bias = Parameter(initializer(Uniform((1 / fan_in) ** 0.5), shape), name="bias")

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
        x = x.reshape(sizes).permute(self.order)
        for _ in range(self.summed):
            x = x.sum(-1)
        rows = ()
        for i in self.rows:
            rows += (sizes[i],)
        x = x.reshape((math.prod(self.both), math.prod(rows), math.prod(self.inner)))
        weight = self.weight.permute(self.weight_order)
        weight = weight.reshape((math.prod(self.both), math.prod(self.inner), math.prod(self.columns)))
        made = self.both + rows + self.columns
        x = ops.matmul(x, weight).reshape(made).permute(self.result)
        if self.bias is not None:
            x = x + self.bias
        result = ()
        for i, dim in enumerate(self.merged):
            if i == self.end:
                result += shape[self.start : self.start + rank]
                continue
            size = 1
            for axis in dim:
                size *= made[axis]
            result += (size,)
        return x.reshape(result)
