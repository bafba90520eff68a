from typing import overload

from mindspore import nn, ops, Tensor


class Net(nn.Cell):
    @overload
    def construct(self, x: Tensor) -> Tensor: ...

    @overload
    def construct(self, x: Tensor, scale: float) -> Tensor: ...

    def construct(self, x, scale=1.0):
        return ops.relu(x) * scale
