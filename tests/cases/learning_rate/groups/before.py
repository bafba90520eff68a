from torch import nn, optim


def adjust(optimizer: optim.SGD, epoch, lr):
    for group in optimizer.param_groups:
        group['lr'] *= 0.1  # drop
    for i, g in enumerate(optimizer.param_groups):
        g['lr'] = lr * (0.1 ** (epoch // 30))
        g["lr"] = 0.01
    optimizer.param_groups[0]['lr'] /= 2 + epoch
    d = {}
    d['lr'] *= 3


opt = optim.SGD(nn.Linear(2, 2).parameters(), lr=0.1)
opt.param_groups[0]['lr'] = opt.param_groups[0]['lr'] * 0.5
