from mindspore import nn, ops, Tensor, Parameter


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.cache = Parameter(ops.zeros((3,)), requires_grad=False)

    def construct(self, x: Tensor):
        cache = x * 2
        self.cache = Parameter(cache, name=self.cache.name, requires_grad=False)
        return cache + x
