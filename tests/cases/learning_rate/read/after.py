import json

import mindspore as ms
from mindspore import nn, ops, Tensor
from mindspore.experimental import optim


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 2)

    def construct(self, x):
        return self.fc(x)


def get_lr(optimizer):
    for param_group in optimizer.param_groups:
        return float(str(param_group["lr"].asnumpy()))


def history(net: Net, x: Tensor):
    optimizer = optim.SGD(net.trainable_params(), lr=0.5, momentum=0.9)
    scheduler = optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    rates, log, last = [], {}, []
    for step in range(3):
        def forward_fn():
            loss = net(x).pow(2).mean()
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
        loss, grads = grad_fn()
        optimizer(grads)
        rates.append(float(str(optimizer.param_groups[0]["lr"].asnumpy())))
        log[step] = float(str(optimizer.param_groups[-1]["lr"].asnumpy()))  # kept
        last.append(float(str(scheduler.get_last_lr()[0].asnumpy())))
        scheduler.step()
    rates += [float(str(group["lr"].asnumpy())) for group in optimizer.param_groups]
    rates.extend(float(str(g["lr"].asnumpy())) for g in optimizer.param_groups)
    return rates, log[0], log[2], last


def shown():
    optimizer = optim.Adam(nn.Dense(2, 2).trainable_params(), lr=0.25)
    group = optimizer.param_groups[0]
    text = f"lr {float(group['lr']):.4f}", "{:.2e}".format(float(group["lr"])), "%.3f" % float(group["lr"]), f"{get_lr(optimizer):6.3f}"
    return text, round(float(group["lr"]), 1), json.dumps({"lr": float(str(group["lr"].asnumpy()))}), max(float(str(group["lr"].asnumpy())), 0.5), f"lr={float(str(group['lr'].asnumpy()))}"


def saved(net: Net, x: Tensor):
    optimizer = optim.SGD(net.trainable_params(), lr=0.5, momentum=0.5)
    groups = optimizer.param_groups
    old = [float(str(g["lr"].asnumpy())) for g in groups]
    compared = []
    for step in range(4):
        for g, rate in zip(groups, old):
            before = float(str(g["lr"].asnumpy()))
            ops.assign(g["lr"], rate * 0.1 if step == 1 else float(g["lr"]) * 0.5)
            if g["lr"] == 0.25 or g["lr"] != before:
                compared.append(step)

        def forward_fn():
            return net(x).pow(2).mean()

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
        _, grads = grad_fn()
        optimizer(grads)
    for g, rate in zip(optimizer.param_groups, old):
        ops.assign(g["lr"], rate)
    return compared, get_lr(optimizer), optimizer.param_groups[0]["momentum"]


def remaining(scheduler):
    return float(str(scheduler.get_last_lr()[0].asnumpy()))


def of_a_scheduler():
    optimizer = optim.SGD(nn.Dense(2, 2).trainable_params(), lr=0.5)
    return [remaining(optim.lr_scheduler.ExponentialLR(optimizer, 0.5))], optimizer.defaults["lr"]


def players(teams):
    for group in teams:
        print(group["lr"])


def warmed_up(net: Net, x: Tensor):
    optimizer = optim.SGD(net.trainable_params(), lr=0.5)
    scheduler = optim.lr_scheduler.StepLR(optimizer, step_size=1, gamma=0.5)
    rates = []
    for step in range(4):
        if step < 2:
            for group in optimizer.param_groups:
                ops.assign(group["lr"], 0.1 * (step + 1))

        def forward_fn():
            loss = net(x).pow(2).mean()
            return loss

        grad_fn = ms.value_and_grad(forward_fn, None, optimizer.parameters)
        loss, grads = grad_fn()
        optimizer(grads)
        rates.append(float(str(optimizer.param_groups[0]["lr"].asnumpy())))
        scheduler.step()
    return rates, [float(str(rate.asnumpy())) for rate in scheduler.get_last_lr()], net.fc.weight.tolist()
