import mindspore as ms
from mindspore import nn, ops
from mindspore.common.initializer import initializer, Constant
from mindspore.experimental import optim

X = ms.tensor([[1.0, 2.0], [0.5, -1.0], [0.25, 0.5]])
Y = ms.tensor([[1.0], [0.0], [2.0]])


def model():
    net = nn.Dense(2, 1)
    net.weight.set_data(initializer(Constant(0.5), net.weight.shape, net.weight.dtype))
    net.bias.set_data(initializer('zeros', net.bias.shape, net.bias.dtype))
    return net


def everything():
    net = model()
    opt = optim.SGD(net.trainable_params(), lr=0.1)
    for _ in range(3):
        def forward_fn():
            loss = ops.mse_loss(net(X), Y)
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, opt.parameters)
        loss, grads = grad_fn()
        opt(grads)  # one step
    return net.weight, loss.item()


def below_the_header():
    net = model()
    opt = optim.SGD(net.trainable_params(), lr=0.1)
    for _ in range(3):
        def forward_fn():
            return ops.mse_loss(net(X), Y)

        grad_fn = ms.value_and_grad(forward_fn, None, opt.parameters)
        _, grads = grad_fn()
        opt(grads)
    return net.weight


def the_end():
    net = model()
    opt = optim.SGD(net.trainable_params(), lr=0.1)
    for _ in range(3):
        def forward_fn():
            out = net(X); loss = ops.mse_loss(out, Y)
            return loss, out

        grad_fn = ms.value_and_grad(forward_fn, None, opt.parameters, has_aux=True)
        (loss, out), grads = grad_fn(); opt(grads)
    return net.weight, loss.item(), ops.stop_gradient(out)


def loss_and_backward():
    net = model()
    opt = optim.SGD(net.trainable_params(), lr=0.1)
    for _ in range(3):
        def forward_fn():
            loss = ops.mse_loss(net(X), Y)
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, opt.parameters)
        loss, grads = grad_fn()
        opt(grads)
    return net.weight, loss.item()


def over_two_lines():
    net = model()
    opt = optim.SGD(net.trainable_params(), lr=0.1)
    for _ in range(3):
        # TODO(torch2ms): [T2M401] grad_fn = ms.value_and_grad(forward_fn, None,
        #   optimizer.parameters); loss, grads = grad_fn(); optimizer(grads) (statements of the
        #   forward pass share a line with others)
        opt.zero_grad(); out = net(X)
        # TODO(torch2ms): [T2M401] grad_fn = ms.value_and_grad(forward_fn, None,
        #   optimizer.parameters); loss, grads = grad_fn(); optimizer(grads) (statements of the
        #   forward pass share a line with others)
        loss = ops.mse_loss(out, Y); loss.backward()
        # TODO(torch2ms): [T2M401] grad_fn = ms.value_and_grad(forward_fn, None,
        #   optimizer.parameters); loss, grads = grad_fn(); optimizer(grads) (statements of the
        #   forward pass share a line with others)
        opt.step()
    return net.weight, loss.item()
