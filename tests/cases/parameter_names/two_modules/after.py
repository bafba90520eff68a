import itertools

import mindspore as ms
from mindspore import nn, ops, Tensor, Parameter
from mindspore.common.initializer import initializer, Constant
from mindspore.experimental import optim


class Encoder(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 3)
        self.fc.weight.set_data(initializer(Constant(0.5), self.fc.weight.shape, self.fc.weight.dtype))
        self.fc.bias.set_data(initializer(Constant(0.1), self.fc.bias.shape, self.fc.bias.dtype))

    def construct(self, x):
        return self.fc(x)


class Scale(nn.Cell):
    def __init__(self):
        super().__init__()
        self.by = Parameter(ops.ones((3,)))

    def construct(self, x):
        return x * self.by


class Trainer:
    def __init__(self):
        self.first = Encoder()
        self.second = Encoder()
        params = list(self.first.trainable_params())
        params += list(self.second.trainable_params())
        self.first.update_parameters_name("first.")
        self.second.update_parameters_name("second.")
        self.optimizer = optim.Adam(params, lr=0.1)

    def step(self, x):
        def forward_fn():
            loss = self.second(self.first(x)).pow(2).mean()
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, self.optimizer.parameters)
        loss, grads = grad_fn()
        self.optimizer(grads)
        return loss.item()


def train(x: Tensor):
    encoder, decoder = Encoder(), Encoder()
    encoder.update_parameters_name("encoder.")
    decoder.update_parameters_name("decoder.")
    optimizer = optim.SGD(list(encoder.trainable_params()) + list(decoder.trainable_params()), lr=0.1)
    losses = []
    for _ in range(3):
        def forward_fn():
            loss = ops.mse_loss(decoder(encoder(x)), x)
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
        loss, grads = grad_fn()
        optimizer(grads)
        losses.append(loss.item())
    # TODO(torch2ms): [T2M602] its keys are MindSpore's: gamma, beta, moving_mean, embedding_table
    #   where torch has weight, bias, …
    return losses, sorted(encoder.state_dict()), ops.stop_gradient(decoder.fc.weight)


def groups(x: Tensor):
    a = Encoder()
    b = Encoder().set_train()
    a.update_parameters_name("a.")
    b.update_parameters_name("b.")
    optimizer = optim.SGD(
        [{"params": a.trainable_params()}, {"params": b.trainable_params(), "lr": 0.01}],
        lr=0.1,
        momentum=0.9,
    )
    for _ in range(3):
        def forward_fn():
            loss = ops.mse_loss(b(a(x)), x)
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
        loss, grads = grad_fn()
        optimizer(grads)
    return ops.stop_gradient(a.fc.weight), ops.stop_gradient(b.fc.bias)


def chained(x: Tensor):
    a, b = nn.Dense(3, 3), nn.Dense(3, 3)
    for layer in (a, b):
        ops.assign(layer.weight, initializer(Constant(0.5), layer.weight.shape, layer.weight.dtype).init_data())
        ops.assign(layer.bias, initializer("zeros", layer.bias.shape, layer.bias.dtype).init_data())
    a.update_parameters_name("a.")
    b.update_parameters_name("b.")
    optimizer = optim.SGD(itertools.chain(*[m.trainable_params() for m in (a, b)]), lr=0.1)
    for _ in range(2):
        def forward_fn():
            loss = b(a(x)).mean()
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
        loss, grads = grad_fn()
        optimizer(grads)
    return ops.stop_gradient(a.weight), ops.stop_gradient(b.weight)


def names_that_differ(x: Tensor):
    encoder, scale = Encoder(), Scale()
    temperature = Parameter(ops.ones((1,)))
    bias = Parameter(ops.zeros((3,)))
    optimizer = optim.SGD([*encoder.trainable_params(), *scale.trainable_params(), temperature, bias], lr=0.1)
    for _ in range(2):
        def forward_fn():
            loss = ops.mse_loss(scale(encoder(x)) * temperature + bias, x)
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
        loss, grads = grad_fn()
        optimizer(grads)
    return ops.stop_gradient(scale.by), ops.stop_gradient(temperature), ops.stop_gradient(bias)


def one_each(x: Tensor):
    kept = []
    for net in (Encoder(), Encoder()):
        optimizer = optim.SGD(net.trainable_params(), lr=0.1)

        def forward_fn():
            loss = net(x).mean()
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
        loss, grads = grad_fn()
        optimizer(grads)
        kept.append(ops.stop_gradient(net.fc.weight))
    return kept


def trained(x: Tensor):
    trainer = Trainer()
    return [trainer.step(x) for _ in range(3)]
