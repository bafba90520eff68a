import json

from mindspore import nn, ops
from mindspore.experimental import optim


def rate_of(optimizer):
    for group in optimizer.param_groups:
        return float(str(group["lr"].asnumpy()))


def shown(start=0.1):
    net = nn.Dense(2, 1)
    opt = optim.SGD([{"params": [net.weight]}, {"params": [net.bias], "lr": 1e-7}], lr=start, momentum=0.9)
    group = opt.param_groups[0]
    lr = float(str(group["lr"].asnumpy()))
    log = {"lr": float(str(opt.param_groups[0]["lr"].asnumpy())), "all": [float(str(g["lr"].asnumpy())) for g in opt.param_groups]}
    shown = lr == start, rate_of(opt) == start, lr in (0.1, start), max(float(str(g["lr"].asnumpy())) for g in opt.param_groups)
    text = f"{lr} {float(str(group['lr'].asnumpy()))!r} {float(group['lr']):.3f} {lr:.3g}", "%s %.2f" % (lr, float(str(group["lr"].asnumpy()))), "{}".format(float(str(group["lr"].asnumpy())))
    got = float(str(group["lr"].asnumpy())), float(str(group["lr"].asnumpy())), float(str(group["lr"].asnumpy())), round(float(group["lr"]), 3)
    ops.assign(group["lr"], 0.05)
    rate = float(opt.param_groups[0]["lr"])
    rounded = f"{rate:.4f}"
    return json.dumps(log), shown, text, got, str(float(str(group["lr"].asnumpy()))), lr * 0.5, rounded


def scheduled():
    net = nn.Dense(2, 1)
    opt = optim.Adam(net.trainable_params(), lr=3e-4)
    scheduler = optim.lr_scheduler.StepLR(opt, 1, 0.5)
    first = [float(str(rate.asnumpy())) for rate in scheduler.get_last_lr()]
    return str(first), float(str(scheduler.get_last_lr()[0].asnumpy())), json.dumps([float(str(rate.asnumpy())) for rate in scheduler.get_last_lr()])


def whole_group():
    opt = optim.SGD(nn.Dense(2, 1).trainable_params(), lr=0.1)
    # TODO(torch2ms): [T2M301] make it one where it is kept: float(group["lr"]) (the rate in the
    #   group is a Parameter, which changes later and is no number)
    return {key: value for key, value in opt.param_groups[0].items() if key == "lr"}
