from mindspore import nn, ops, Tensor, Parameter


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.mean = Parameter(ops.ones((3,)), requires_grad=False)

    def construct(self, x: Tensor):
        y = x * self.mean
        self.mean = Parameter(
            0.9 * self.mean + 0.1 * ops.stop_gradient(x).mean(0), name=self.mean.name, requires_grad=False
        )
        return y
