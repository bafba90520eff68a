from mindspore import nn, ops, Tensor, Parameter


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.phase_ = Parameter(ops.zeros((1,)), requires_grad=False)

    def construct(self, x: Tensor):
        ops.assign(self.phase_, self.phase_ + 1)
        return x * self.phase_
