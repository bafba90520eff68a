import mindspore as ms
from mindspore import nn, ops, Tensor
from mindspore.experimental import optim


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 2)

    def construct(self, x):
        return self.fc(x)


def train(net: Net, x: Tensor, y: Tensor):
    optimizer = optim.SGD(net.trainable_params(), lr=0.5)
    scheduler = optim.lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.1)
    rates = []
    for _ in range(4):
        def forward_fn():
            loss = ops.mse_loss(net(x), y)
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
        loss, grads = grad_fn()
        optimizer(grads)
        scheduler.step()
        rates.append(float(str(scheduler.get_last_lr()[0].asnumpy())))
    return rates


def rates(net: Net):
    optimizer = optim.SGD([{"params": net.fc.trainable_params(), "lr": 0.3}], lr=0.5)
    scheduler = optim.lr_scheduler.ExponentialLR(optimizer, 0.5)
    return [float(str(rate.asnumpy())) for rate in scheduler.get_last_lr()]
