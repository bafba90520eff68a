import mindspore as ms
from mindspore import nn, ops
from mindspore.common.initializer import initializer
from mindspore.experimental import optim


X = ms.tensor([[1.0, 2.0], [0.5, -1.0]])
Y = ms.tensor([[1.0], [0.0]])


class Args:
    def __init__(self):
        self.lr = 0.1


def of_an_object(eval=True):
    args = Args()
    print(vars(args))
    net = nn.Dense(2, 1)
    net.weight.set_data(initializer("ones", net.weight.shape, net.weight.dtype))
    net.bias.set_data(initializer("zeros", net.bias.shape, net.bias.dtype))
    opt = optim.SGD(net.trainable_params(), lr=args.lr)
    for _ in range(2):
        def forward_fn():
            loss = ops.mse_loss(net(X), Y)
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, opt.parameters)
        loss, grads = grad_fn()
        opt(grads)
    return net.weight if eval else None


def of_the_function():
    net = nn.Dense(2, 1)
    opt = optim.SGD(net.trainable_params(), lr=0.1)
    for _ in range(2):
        # TODO(torch2ms): [T2M401] grad_fn = ms.value_and_grad(forward_fn, None,
        #   optimizer.parameters); loss, grads = grad_fn(); optimizer(grads) (vars() is used in this
        #   function)
        opt.zero_grad()
        loss = ops.mse_loss(net(X), Y)
        # TODO(torch2ms): [T2M401] grad_fn = ms.value_and_grad(forward_fn, None,
        #   optimizer.parameters); loss, grads = grad_fn(); optimizer(grads) (vars() is used in this
        #   function)
        loss.backward()
        # TODO(torch2ms): [T2M401] grad_fn = ms.value_and_grad(forward_fn, None,
        #   optimizer.parameters); loss, grads = grad_fn(); optimizer(grads) (vars() is used in this
        #   function)
        opt.step()
    return vars()["loss"]
