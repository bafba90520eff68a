from mindspore import nn
from mindspore.experimental import optim


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 2)


def stepped(net: Net):
    optimizer = optim.SGD(net.trainable_params(), lr=0.1)
    # TODO(torch2ms): [T2M401] grad_fn = ms.value_and_grad(forward_fn, None, weights); loss, grads =
    #   grad_fn(x, y); optimizer(grads) (step() belongs to a training step, a function of its own
    #   here)
    optimizer.step()
    return net


def saved(net: Net):
    optimizer = optim.SGD(net.trainable_params(), lr=0.1)
    # TODO(torch2ms): [T2M401] put the forward pass in a function and take its gradients (an
    #   optimizer has no .state_dict in MindSpore)
    return sorted(optimizer.state_dict())


def scheduled(net: Net):
    scheduler = optim.lr_scheduler.StepLR(optim.SGD(net.trainable_params(), lr=0.1), 2)
    # TODO(torch2ms): [T2M401] grad_fn = ms.value_and_grad(forward_fn, None, weights); loss, grads =
    #   grad_fn(x, y); optimizer(grads) (step() belongs to a training step, a function of its own
    #   here)
    scheduler.step(3)
    return [float(str(rate.asnumpy())) for rate in scheduler.get_last_lr()]
