import torch
from mindspore import nn, ops, Parameter
from mindspore.common.initializer import initializer


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.w = Parameter(ops.zeros((3,)))
        self.w.set_data(ops.stop_gradient(self.w).copy())
        self.w.set_data(ops.broadcast_to(ops.ones((3,)), self.w.shape).astype(self.w.dtype))
        self.w[0] = 1
        self.w += 1
        self.w[:2] += 1
        self.w[0] += 1
        self.w.requires_grad = False
        self.w.set_data(initializer('zeros', self.w.shape, self.w.dtype))
        self.w = Parameter(ops.stop_gradient(self.w) * 2)
        self.fc = nn.Dense(3, 3)
        self.fc.weight = self.w
        self.fc.weight -= 1
        self.b = None

    def construct(self, x):
        # TODO(torch2ms): [T2M206] the method train is used without being called
        torch.nn.Module.train(self, True)
        return self.fc.construct(x)
