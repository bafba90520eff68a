import mindspore as ms
from mindspore import nn, ops, Parameter
from mindspore.common.initializer import initializer, Constant
from mindspore.experimental import optim


def update(target, source, rate=0.9):
    for t, s in zip(target.trainable_params(), source.trainable_params()):
        ops.assign(t, t.copy() * rate + (1 - rate) * s)
    return target


def averaged(target, source, rate=0.9):
    for t, s in zip(target.trainable_params(), source.trainable_params()):
        ops.assign(t, ops.lerp(t.copy(), ops.stop_gradient(s), 1 - rate))
    # TODO(torch2ms): [T2M301] num_batches_tracked and buffers that are not persistent are not among
    #   them
    for t, s in zip(target.untrainable_params(), source.untrainable_params()):
        # TODO(torch2ms): [T2M303] in torch, a change through .data or .detach() takes no part in
        #   the gradient; here it does
        t.copy_(ops.broadcast_to(s, t.shape).astype(t.dtype))


def zero_module(module):
    """Every parameter becomes zero."""
    for p in module.trainable_params():
        ops.assign(p, ops.zeros_like(p))
    return module


def scale_module(module, scale):
    for p in module.trainable_params():
        ops.assign(p, p.copy() * scale)
    return module


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.lin = nn.Dense(3, 3)
        self.mean = Parameter(ops.zeros((3,)), requires_grad=False)
        self.lin.weight.set_data(initializer(Constant(0.5), self.lin.weight.shape, self.lin.weight.dtype))
        self.lin.bias.set_data(initializer("zeros", self.lin.bias.shape, self.lin.bias.dtype))

    def construct(self, x):
        ops.assign(self.mean, self.mean * 0.9 + 0.1 * ops.stop_gradient(x).mean(0))
        return self.lin(x) + self.mean


def trained(net, x):
    average = zero_module(Net())
    optimizer = optim.SGD(net.trainable_params(), lr=0.1)
    for _ in range(3):
        def forward_fn():
            loss = net(x).square().mean()
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
        loss, grads = grad_fn()
        optimizer(grads)
        update(average, net)
        scale_module(net, 0.99)
    averaged(average, net)
    return average(x), average.mean
