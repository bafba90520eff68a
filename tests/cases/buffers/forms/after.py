from mindspore import nn, ops, Tensor, Parameter


class Net(nn.Cell):
    def __init__(self, size: int):
        super().__init__()
        self.mean = Parameter(ops.zeros((size,)), requires_grad=False)  # saved
        self.mask = ops.ones((size, size))
        self.index = ops.arange(size)
        self.cache = None
        self.scale = Parameter(ops.ones((1,)), requires_grad=False)
        self.extra = Parameter(ops.zeros((3,)), requires_grad=False)
        self.temporary = ops.zeros((3,))

    def construct(self, x: Tensor):
        return x * self.scale + self.mean + self.mask.sum()
