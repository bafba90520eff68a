from mindspore import nn, ops
from mindspore.experimental import optim


def drop(optimizer: optim.SGD):
    for group in optimizer.param_groups:
        ops.assign(group['lr'], group['lr'] * 0.1)  # drop


def adjust(optimizer: optim.SGD, epoch, lr):
    for i, g in enumerate(optimizer.param_groups):
        ops.assign(g['lr'], lr * (0.1 ** (epoch // 30)))


def reset(optimizer: optim.SGD):
    for g in optimizer.param_groups:
        ops.assign(g["lr"], 0.01)


def decay(optimizer: optim.SGD, epoch):
    ops.assign(optimizer.param_groups[0]['lr'], optimizer.param_groups[0]['lr'] / (2 + epoch))
    d = {'lr': 1}
    d['lr'] *= 3
    return d


opt = optim.SGD(nn.Dense(2, 2).trainable_params(), lr=0.1)
ops.assign(opt.param_groups[0]['lr'], float(opt.param_groups[0]['lr']) * 0.5)


def rates():
    found = [float(str(group['lr'].asnumpy())) for group in opt.param_groups]
    for change in (drop, reset):
        change(opt)
        found += [float(str(group['lr'].asnumpy())) for group in opt.param_groups]
    return found
