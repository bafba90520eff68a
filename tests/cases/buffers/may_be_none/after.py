"""Buffers of what may be None."""

import mindspore as ms
from mindspore import nn, ops, Parameter


class Net(nn.Cell):
    def __init__(self, masked, scale=None, shift=None):
        super().__init__()
        if masked:
            mask = ops.tril(ops.ones((3, 3)))
        else:
            mask = None
        self.mask = Parameter(mask, requires_grad=False) if mask is not None else None
        self.scale = Parameter(scale, requires_grad=False) if scale is not None else None
        if shift is None:
            shift = ops.ones((3,))
        self.shift = Parameter(shift, requires_grad=False)
        offset = self.offset_of(masked)
        self.offset = Parameter(offset, requires_grad=False) if offset is not None else None

    def offset_of(self, masked):
        if not masked:
            return None
        return ops.full((3,), 2.0, dtype=ms.float32)

    def construct(self, x):
        if self.mask is not None:
            x = x @ self.mask
        if self.scale is not None:
            x = x * self.scale
        return x + self.shift if self.offset is None else x + self.shift + self.offset


class Cached(nn.Cell):
    def __init__(self, cache=None):
        super().__init__()
        # TODO(torch2ms): [T2M303] this buffer may be None, and it is given new values: ops.assign
        #   needs a Parameter that is there
        self.cache = Parameter(cache, requires_grad=False) if cache is not None else None

    def construct(self, x):
        self.cache = Parameter(ops.stop_gradient(x), name=self.cache.name, requires_grad=False)
        return x
