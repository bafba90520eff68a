import mindspore as ms
from mindspore import nn, ops
from mindspore.experimental import optim


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 4)

    def construct(self, x):
        return self.fc(x)


def train(model, loader, lr):
    optimizer = optim.SGD(model.trainable_params(), lr=lr, momentum=0.9)
    scheduler = optim.lr_scheduler.StepLR(optimizer, 2)
    total = 0.0
    for data, target in loader:
        # a new turn
        # reset

        # forward
        def forward_fn():
            output = model(data)
            loss = ops.cross_entropy(output, target)
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)

        # backward
        loss, grads = grad_fn()
        optimizer(grads)
        scheduler.step()
        total += loss.item()
    return total
