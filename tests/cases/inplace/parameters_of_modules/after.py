from mindspore import nn, ops, Parameter
from mindspore.common.initializer import initializer, Constant, Normal


def uniform_like(input, low=0, high=1):
    """Uniform random numbers in the shape and dtype of a tensor."""
    return low + (high - low) * ops.rand_like(input)


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 3)
        self.out = nn.Dense(3, 3)
        self.scale = Parameter(ops.ones((3,)))
        self.steps = Parameter(ops.zeros((1,)), requires_grad=False)
        self.fc.weight.set_data(initializer(Constant(2), self.fc.weight.shape, self.fc.weight.dtype))
        ops.assign(self.fc.weight, self.fc.weight * 0.5 + 3)
        self.fc.bias.set_data(initializer("zeros", self.fc.bias.shape, self.fc.bias.dtype))
        self.out.bias.set_data(initializer(Constant(0.5), self.out.bias.shape, self.out.bias.dtype))
        ops.assign(self.scale, (self.scale - 2).clamp(min=-0.5))
        ops.assign(self.scale, self.scale * 2)
        self.fc.weight[0] = ops.full_like(self.fc.weight[0], 0)

    def construct(self, x):
        ops.assign(self.steps, self.steps + 1)
        return self.fc(x) * self.scale


class Drawn(nn.Cell):
    def __init__(self):
        super().__init__()
        self.normal = nn.Dense(30, 20)
        self.named = nn.Dense(30, 20)
        self.uniform = nn.Dense(30, 20)
        self.normal.weight.set_data(initializer(Normal(0.02, 0), self.normal.weight.shape, self.normal.weight.dtype))
        self.named.weight.set_data(initializer(Normal(0.02, 0.5), self.named.weight.shape, self.named.weight.dtype))
        ops.assign(self.uniform.weight, uniform_like(self.uniform.weight, -0.1, 0.3))


class Counter(nn.Cell):
    def __init__(self):
        super().__init__()
        self.hidden = ops.zeros((3,))

    def construct(self, x):
        self.hidden = self.hidden + 1
        return x * self.hidden
