import mindspore as ms
from mindspore import nn, ops
from mindspore.experimental import optim


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 4)

    def construct(self, x):
        return self.fc(x)


class Trainer:
    def __init__(self, net, lr):
        self.net = net
        self.optimizer = optim.Adam(net.trainable_params(), lr)

    def epoch(self, loader):
        correct, count = 0, 0
        for x, y in loader:
            x = x / 255

            def forward_fn():
                logits = self.net(x)
                loss = ops.cross_entropy(logits, y)
                return loss, logits

            grad_fn = ms.value_and_grad(forward_fn, None, self.optimizer.parameters, has_aux=True)
            (loss, logits), grads = grad_fn()
            print(loss.item())
            self.optimizer(grads)
            correct += (ops.argmax(logits, dim=1) == y).sum().item()
            count += len(y)
        for x, y in loader:
            logits = self.net(x)
            loss = ops.cross_entropy(logits, y)
        return correct / count, loss
