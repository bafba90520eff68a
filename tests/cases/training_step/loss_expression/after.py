import mindspore as ms
from mindspore import nn, ops
from mindspore.experimental import optim


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 2)

    def construct(self, x):
        return 2 * ops.sigmoid(2 * self.fc(x)) - 1


class Result:
    def __init__(self, loss):
        self.loss = loss


class WithLoss(Net):
    def construct(self, x, y):
        return Result(ops.mse_loss(self.fc(x), y))


def step(model, x, y, optimizer):
    def forward_fn():
        output = model(x)
        return (ops.mse_loss(output, y)  # the error
            + 0.1 * ops.mean(output)), output

    grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters, has_aux=True)
    (_, output), grads = grad_fn()
    optimizer(grads)
    return output


def other(model, batch, optimizer):
    def forward_fn():
        outputs = model(**batch)
        return outputs.loss, outputs.loss, outputs

    grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters, has_aux=True)
    (_, _, outputs), grads = grad_fn()
    optimizer(grads)
    return outputs.loss.item()


def train(model: Net, x, y):
    optimizer = optim.SGD(model.trainable_params(), lr=0.1, momentum=0.9)
    return [step(model, x, y, optimizer) for _ in range(3)]


def train_other(model: WithLoss, x, y):
    optimizer = optim.SGD(model.trainable_params(), lr=0.1, momentum=0.9)
    return [other(model, {"x": x, "y": y}, optimizer) for _ in range(3)]
