from mindspore import nn, ops, Tensor, Parameter


class Inner(nn.Cell):
    def __init__(self):
        super().__init__()
        self.step = Parameter(ops.zeros((1,)), requires_grad=False)


class Outer(nn.Cell):
    def __init__(self):
        super().__init__()
        self.inner = Inner()
        self.inner.seen = Parameter(ops.zeros((1,)), requires_grad=False)

    def construct(self, x: Tensor):
        self.inner.step = Parameter(
            self.inner.step + 1, name=self.inner.step.name, requires_grad=False
        )
        ops.assign(self.inner.step, self.inner.step + 1)
        return x * self.inner.step
