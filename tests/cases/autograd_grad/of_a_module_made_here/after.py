import mindspore as ms
from mindspore import nn, ops
from mindspore.common.initializer import initializer, Constant


def made():
    net = nn.Dense(3, 2)
    net.weight.set_data(initializer(Constant(0.5), net.weight.shape, net.weight.dtype))
    net.bias.set_data(initializer('zeros', net.bias.shape, net.bias.dtype))
    return net


def gradients(x):
    net = made()
    def forward_fn():
        return (2 * ops.sigmoid(2 * net(x)) - 1).sum()

    return tuple(map(ops.stop_gradient, ms.grad(forward_fn, None, net.trainable_params())()))


def one_step_ahead(x):
    net = made()
    scores = net(x)
    def forward_fn():
        scores = net(x)
        return scores.pow(2).sum()

    grads = ms.grad(forward_fn, None, net.trainable_params())()
    return [p - 0.1 * g for p, g in zip(net.trainable_params(), grads)], scores


def main(x):
    x = ops.stop_gradient(x)
    return [ops.stop_gradient(g) for g in gradients(x)], one_step_ahead(x)[0]
