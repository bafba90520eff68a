from mindspore import nn, ops, Tensor, Parameter


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 3)
        self.mean = Parameter(ops.zeros((3,)), requires_grad=False)
        self.fc.weight.set_data(ops.ones((3, 3)))
        self.fc.weight.set_data(ops.stop_gradient(self.fc.weight) * 2)
        ops.assign(self.mean, ops.ones((3,)))
        self.fc.weight[0] = 1
        self.fc.weight[1] = ops.full_like(self.fc.weight[1], 3)
        ops.assign(self.fc.weight, self.fc.weight + 1)
        for p in self.trainable_params():
            p.set_data(ops.stop_gradient(p) * 0.5)

    def construct(self, x: Tensor):
        return self.fc(ops.stop_gradient(x)) + ops.stop_gradient(self.mean)


def cleared(x: Tensor):
    # TODO(torch2ms): [T2M202] use set_data (data cannot be assigned this way in MindSpore)
    x.data = ops.zeros((3,))
    return x * 2
