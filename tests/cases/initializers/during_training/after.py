import mindspore as ms
from mindspore import nn, ops, Tensor
from mindspore.common.initializer import initializer, Constant, Identity, Uniform
from mindspore.experimental import optim


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 2)
        self.out = nn.Dense(2, 1)
        self.reset_parameters()

    def reset_parameters(self):
        ops.assign(self.fc.weight, initializer(Constant(0.5), self.fc.weight.shape, self.fc.weight.dtype).init_data())
        ops.assign(self.out.weight, ops.full_like(self.out.weight, 0.3))

    def construct(self, x):
        return self.out(self.fc(x))


def start(m):
    if isinstance(m, nn.Dense):
        m.bias.set_data(initializer(Constant(0.1), m.bias.shape, m.bias.dtype))


def forget(net: Net):
    ops.assign(net.out.weight, initializer('zeros', net.out.weight.shape, net.out.weight.dtype).init_data())


def train(net: Net, x: Tensor):
    optimizer = optim.SGD(net.trainable_params(), lr=0.1)
    for step in range(4):
        def forward_fn():
            loss = (net(x) - 1).pow(2).mean()
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
        loss, grads = grad_fn()
        optimizer(grads)
        if step == 1:
            ops.assign(net.fc.weight, initializer('ones', net.fc.weight.shape, net.fc.weight.dtype).init_data())
            ops.assign(net.fc.bias, initializer(Constant(0.2), net.fc.bias.shape, net.fc.bias.dtype).init_data())
            forget(net)
    return [p.tolist() for p in net.trainable_params()]


def run(x: Tensor):
    net = Net()
    net.apply(start)
    net.fc.weight.set_data(initializer(Identity(), net.fc.weight.shape, net.fc.weight.dtype))
    return train(net, x)


class Restarted(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 2)
        self.reset_parameters()

    def reset_parameters(self):
        ops.assign(self.fc.weight, initializer(Constant(0.5), self.fc.weight.shape, self.fc.weight.dtype).init_data())
        ops.assign(self.fc.bias, initializer(Uniform(0.1), self.fc.bias.shape, self.fc.bias.dtype).init_data())
        ops.assign(self.fc.bias, initializer('zeros', self.fc.bias.shape, self.fc.bias.dtype).init_data())

    def construct(self, x):
        return self.fc(x)


def restarted(net: Restarted, x: Tensor):
    optimizer = optim.Adagrad(net.trainable_params(), lr=0.1, eps=1e-3)
    for step in range(4):
        def forward_fn():
            loss = (net(x) - 1).pow(2).mean()
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
        loss, grads = grad_fn()
        optimizer(grads)
        if step == 1:
            net.reset_parameters()
    return net.fc.weight.tolist(), net.fc.bias.tolist()
