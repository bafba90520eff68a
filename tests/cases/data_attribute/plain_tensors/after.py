from mindspore import nn, ops, Tensor, Parameter


def write(x: Tensor):
    y = x * 2
    # TODO(torch2ms): [T2M303] in torch, a change through .data takes no part in the gradient; here
    #   it does
    y[0] = 1
    # TODO(torch2ms): [T2M303] in torch, a change through .data or .detach() takes no part in the
    #   gradient; here it does
    y = y + 1
    return y


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.kept = Parameter(ops.zeros((3,)), requires_grad=False)
        self.grid = ops.zeros((3,))
        ops.assign(self.kept, ops.ones((3,)))
        ops.assign(self.kept, self.kept * 3)
        self.grid = ops.ones((3,)) * 2

    def construct(self, x):
        return x * self.kept + self.grid
