import copy

import mindspore as ms
from mindspore import nn, ops, Tensor
from mindspore.common.initializer import initializer, Constant
from mindspore.experimental import optim


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.first = nn.Dense(3, 4)
        self.norm = nn.BatchNorm1d(4)
        self.last = nn.Dense(4, 1)
        for layer in (self.first, self.last):
            layer.weight.set_data(initializer(Constant(0.3), layer.weight.shape, layer.weight.dtype))
            layer.bias.set_data(initializer(Constant(0.1), layer.bias.shape, layer.bias.dtype))

    def construct(self, x):
        return self.last(self.norm(self.first(x)) + self.first(x))


class Agent:
    def __init__(self):
        self.net, self.target = Net().set_train(), Net().set_train()
        for param, new in zip(self.target.get_parameters(), self.net.get_parameters()):
            ops.assign(param, new)
        self.optimizer = optim.SGD(self.net.trainable_params(), lr=0.05, momentum=0.9)
        self.best = None

    def learn(self, x):
        def forward_fn():
            loss = ops.mse_loss(self.net(x), x[:, :1])
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, self.optimizer.parameters)
        loss, grads = grad_fn()
        self.optimizer(grads)
        return loss.item()

    def sync(self):
        for param, new in zip(self.target.get_parameters(), self.net.get_parameters()):
            ops.assign(param, new)

    def keep(self):
        self.best = copy.deepcopy(self.net.state_dict())

    def back(self):
        if self.best is not None:
            for name, param in self.net.parameters_and_names():
                ops.assign(param, self.best[name])  # goes on from there


def agent(x: Tensor):
    made = Agent()
    losses = []
    for turn in range(6):
        losses.append(made.learn(x))
        if turn == 1:
            made.sync()
            made.keep()
        if turn == 3:
            made.back()
    return losses, ops.stop_gradient(made.target.first.weight), made.net.norm.moving_mean


def loop(x: Tensor):
    net, start = Net().set_train(), Net().set_train()
    kept = {name: ops.stop_gradient(value).copy() for name, value in net.state_dict().items()}
    optimizer = optim.Adam(net.trainable_params(), lr=0.05)
    losses = []
    for turn in range(6):
        def forward_fn():
            loss = ops.mse_loss(net(x), x[:, :1])
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
        loss, grads = grad_fn()
        optimizer(grads)
        losses.append(loss.item())
        if turn == 2:
            for name_, param in net.parameters_and_names():
                ops.assign(param, kept[name_])
        if turn == 4:
            for param, new in zip(net.get_parameters(), start.get_parameters()):
                ops.assign(param, new)
    return losses, ops.stop_gradient(net.first.weight)


def keys(net: nn.Cell):
    # TODO(torch2ms): [T2M602] its keys are MindSpore's: gamma, beta, moving_mean, embedding_table
    #   where torch has weight, bias, …
    state = net.state_dict()
    # TODO(torch2ms): [T2M602] its keys are MindSpore's: gamma, beta, moving_mean, embedding_table
    #   where torch has weight, bias, …
    return state["first.weight"], [name for name in net.state_dict()]
