from mindspore import nn, ops, Parameter
from mindspore.common.initializer import initializer, TruncatedNormal


class Position(nn.Cell):
    def __init__(self, length, dim, kind="learnable"):
        super().__init__()
        if kind == "none":
            self.position = None
        elif kind == "learnable":
            self.position = Parameter(ops.zeros((1, length, dim)))
            ops.assign(self.position, initializer(TruncatedNormal(0.2), self.position.shape, self.position.dtype).init_data())
        else:
            self.position = Parameter(ops.ones((1, length, dim)), requires_grad=False)

    def construct(self, x):
        if self.position is not None:
            x = x + self.position
        return x
