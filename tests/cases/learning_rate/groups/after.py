from mindspore import nn
from mindspore.experimental import optim


def adjust(optimizer: optim.SGD, epoch, lr):
    for group in optimizer.param_groups:
        group['lr'] = float(group['lr']) * 0.1  # drop
    for i, g in enumerate(optimizer.param_groups):
        g['lr'] = float(lr * (0.1 ** (epoch // 30)))
        g["lr"] = 0.01
    optimizer.param_groups[0]['lr'] = float(optimizer.param_groups[0]['lr']) / (2 + epoch)
    d = {}
    d['lr'] *= 3


opt = optim.SGD(nn.Dense(2, 2).trainable_params(), lr=0.1)
opt.param_groups[0]['lr'] = float(opt.param_groups[0]['lr'] * 0.5)
