import copy

import mindspore as ms
from mindspore import nn, ops, Tensor
from mindspore.experimental import optim


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 2)
        self.out = nn.Dense(2, 1)

    def construct(self, x):
        return self.out(self.fc(x))


def clipped(net: Net, x: Tensor):
    optimizer = optim.SGD(net.trainable_params(), lr=0.2)
    losses = []
    for _ in range(4):
        def forward_fn():
            loss = net(x).pow(2).mean()
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
        loss, grads = grad_fn()
        optimizer(grads)
        for p in net.trainable_params():
            ops.assign(p, p.clamp(-0.2, 0.2))
        losses.append(loss.item())
    return losses, net.fc.weight.tolist(), net.out.bias.tolist()


def shrunk(net: Net, x: Tensor):
    optimizer = optim.SGD(net.trainable_params(), lr=0.1, momentum=0.9)
    for step in range(4):
        def forward_fn():
            loss = net(x).pow(2).mean()
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
        loss, grads = grad_fn()
        optimizer(grads)
        for p in net.trainable_params():
            ops.assign(p, p * 0.9 + 0.01)
        ops.assign(net.fc.bias, net.fc.bias - 0.1)
        ops.assign(net.out.bias, ops.zeros_like(net.out.bias))
        if step == 1:
            ops.assign(net.fc.bias, ops.full_like(net.fc.bias, 0.3))
            ops.assign(net.out.weight, ops.broadcast_to(ops.stop_gradient(net.fc.weight)[:1, :2], net.out.weight.shape).astype(net.out.weight.dtype))
    return [p.tolist() for p in net.trainable_params()]


def averaged(net: Net, x: Tensor):
    slow = copy.deepcopy(net)
    optimizer = optim.SGD(net.trainable_params(), lr=0.1)
    for step in range(4):
        def forward_fn():
            loss = ops.l1_loss(net(x), ops.stop_gradient(slow(x)) + 1)
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
        loss, grads = grad_fn()
        optimizer(grads)
        for p, q in zip(slow.trainable_params(), net.trainable_params()):
            ops.assign(p, p * 0.8 + 0.2 * ops.stop_gradient(q))
        if step == 2:
            for p, q in zip(net.trainable_params(), slow.trainable_params()):
                ops.assign(p, ops.broadcast_to(ops.stop_gradient(q), p.shape).astype(p.dtype))
    return [p.tolist() for part in (net, slow) for p in part.trainable_params()]
