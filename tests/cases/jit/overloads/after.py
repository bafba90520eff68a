from typing import List

from typing import overload
from mindspore import nn, ops, Tensor


@overload
def size(x: int) -> int:
    pass


@overload
def size(x: Tensor) -> int:
    pass


def size(x):
    return x if isinstance(x, int) else x.shape[0]


class Net(nn.Cell):
    @overload  # noqa: F811
    def construct(self, x: List[Tensor]) -> Tensor:
        pass

    @overload  # noqa: F811
    def construct(self, x: Tensor) -> Tensor:
        pass

    def construct(self, x):
        return ops.relu(x) * size(x) + size(2)
