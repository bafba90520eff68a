import mindspore as ms
from mindspore import nn, ops
from mindspore.common.initializer import initializer, Constant, Identity


class KLDivLoss(nn.Cell):
    """Kullback-Leibler divergence with the exact gradient of the target."""

    def __init__(self, reduction="mean", log_target=False):
        super().__init__()
        self.reduction = reduction
        self.log_target = log_target

    def construct(self, input, target):
        if self.log_target:
            loss = ops.exp(target) * (target - input)
        else:
            positive = target > 0
            log = ops.log(ops.where(positive, target, ops.ones_like(target)))
            loss = ops.where(positive, target * (log - input), ops.zeros_like(target))
        if self.reduction == "batchmean":
            return loss.sum() / input.shape[0]
        if self.reduction == "none":
            return loss
        return loss.sum() if self.reduction == "sum" else loss.mean()


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.first = nn.Dense(3, 4)
        self.last = nn.Dense(4, 2)

    def construct(self, x):
        return self.last(ops.sigmoid(self.first(x)))


def attack(model, x_natural, step_size=0.05, epsilon=0.1, steps=2):
    """The adversarial example of TRADES."""
    criterion = KLDivLoss(reduction="sum")
    model.set_train(False)
    x_adv = ops.stop_gradient(x_natural) + 0.01
    for _ in range(steps):
        # how far the prediction moves
        def forward_fn(x_adv):
            return criterion(ops.log_softmax(model(x_adv), axis=1), ops.softmax(model(x_natural), axis=1))

        grad = ops.stop_gradient(ms.grad(forward_fn)(x_adv))
        x_adv = ops.stop_gradient(x_adv) + step_size * ops.stop_gradient(grad)
        x_adv = ops.minimum(ops.maximum(x_adv, x_natural - epsilon), x_natural + epsilon)
    return x_adv


def langevin(model, x):
    x = ops.stop_gradient(x)
    return ops.stop_gradient(x - 0.1 * ops.stop_gradient(ms.grad(model)(x)))


def inside(model, x, seen):
    scale = ops.stop_gradient(model(x).sum())
    x_in = ops.stop_gradient(x).copy()
    seen.append(scale)
    def forward_fn(x_in):
        y = model(x_in) * scale
        return y.sum()

    g = ops.stop_gradient(ms.grad(forward_fn)(x_in))
    return g


def main(x):
    ms.set_seed(0)
    net = Net()
    for parameter in net.trainable_params():
        parameter.set_data(initializer(Constant(0.3), parameter.shape, parameter.dtype))
    net.first.weight.set_data(initializer(Identity(), net.first.weight.shape, net.first.weight.dtype))
    return attack(net, x), langevin(net, x), ops.stop_gradient(inside(net, x, []))
