import mindspore as ms
from mindspore import nn, ops, Tensor
from mindspore.experimental import optim


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 2)

    def construct(self, x):
        return self.fc(x)


def decayed(net: Net, x: Tensor, y: Tensor):
    optimizer = optim.SGD(net.trainable_params(), lr=0.5, momentum=0.9)
    losses = []
    for step in range(5):
        if step > 1:
            for group in optimizer.param_groups:
                ops.assign(group["lr"], group["lr"] * 0.1)

        def forward_fn():
            loss = ops.mse_loss(net(x), y)
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
        loss, grads = grad_fn()
        optimizer(grads)
        losses.append(loss.item())
    return losses, float(str(optimizer.param_groups[0]["lr"].asnumpy()))


def warm_up(optimizer, step, base):
    rate = base * min(1.0, (step + 1) / 3)
    for group in optimizer.param_groups:
        ops.assign(group["lr"], rate)
    return rate


def warmed_up(net: Net, x: Tensor, y: Tensor):
    optimizer = optim.SGD(net.trainable_params(), lr=0.1)
    rates = []
    for step in range(4):
        rates.append(warm_up(optimizer, step, 0.5))

        def forward_fn():
            loss = ops.mse_loss(net(x), y)
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
        loss, grads = grad_fn()
        optimizer(grads)
    return rates
