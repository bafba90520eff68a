from mindspore import nn, ops, Parameter
from mindspore.common.initializer import initializer


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.w = Parameter(ops.zeros((3, 3)))
        self.w.set_data(ops.stop_gradient(self.w).copy())
        self.w.set_data(initializer('ones', self.w.shape, self.w.dtype))
        self.w[2] = 5
        ops.assign(self.w, self.w + 1)
        self.w[:2] += 1
        self.w[0] += 1
        self.w.requires_grad = False
        self.w = Parameter(ops.stop_gradient(self.w) * 2)
        self.fc = nn.Dense(3, 3)
        self.fc.weight = self.w
        self.scale = Parameter(ops.zeros((3,)))
        ops.assign(self.fc.weight, self.fc.weight - 1)
        ops.assign(self.scale, ops.broadcast_to(ops.ones((1,)), self.scale.shape).astype(self.scale.dtype))
        self.b = None

    def construct(self, x):
        return self.fc.construct(x) * self.scale
