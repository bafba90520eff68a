from mindspore import nn, ops
from mindspore.experimental import optim


def after_the_loss_is_read(x, y):
    net = nn.Dense(2, 1)
    loss = ops.mse_loss(net(x), y)
    value = loss.item()
    opt = optim.SGD(net.trainable_params(), lr=0.1)
    # TODO(torch2ms): [T2M401] make it before the forward pass (the optimizer is made after the loss
    #   is computed)
    opt.zero_grad()
    # TODO(torch2ms): [T2M401] make it before the forward pass (the optimizer is made after the loss
    #   is computed)
    loss.backward()
    # TODO(torch2ms): [T2M401] make it before the forward pass (the optimizer is made after the loss
    #   is computed)
    opt.step()
    return net, value


def in_the_forward_pass(x, y):
    net = nn.Dense(2, 1)
    out = net(x)
    opt = optim.SGD(net.trainable_params(), lr=0.1)
    loss = ops.mse_loss(out, y)
    # TODO(torch2ms): [T2M401] make it before them (the optimizer is made between the statements of
    #   the forward pass)
    opt.zero_grad()
    # TODO(torch2ms): [T2M401] make it before them (the optimizer is made between the statements of
    #   the forward pass)
    loss.backward()
    # TODO(torch2ms): [T2M401] make it before them (the optimizer is made between the statements of
    #   the forward pass)
    opt.step()
    return net
