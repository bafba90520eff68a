import mindspore as ms
from mindspore import nn, ops, Tensor
from mindspore.experimental import optim


def warm_up(optimizer, step, base):
    rate = base * min(1.0, (step + 1) / 3)
    for group in optimizer.param_groups:
        group["lr"] = rate
    return rate


def train(model: nn.Cell, x: Tensor, y: Tensor):
    optimizer = optim.SGD(model.trainable_params(), lr=0.1, momentum=0.9)
    losses = []
    for step in range(6):
        warm_up(optimizer, step, 0.5)
        if step == 4:
            for group in optimizer.param_groups:
                group["lr"] = float(group["lr"]) * 0.1

        def forward_fn():
            loss = ops.mse_loss(model(x), y)
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
        loss, grads = grad_fn()
        optimizer(grads)
        losses.append(loss.item())
    return losses, float(optimizer.param_groups[0]["lr"])


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 2)

    def construct(self, x):
        return self.fc(x)
