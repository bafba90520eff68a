from mindspore import nn
from mindspore.experimental import optim


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 2)


def slow(net: Net):
    import torch

    # TODO(torch2ms): [T2M401] train with mindspore.experimental.optim.AdamW, or minimise with
    #   mindspore.scipy.optimize.minimize (MindSpore has no L-BFGS)
    optimizer = torch.optim.LBFGS(net.trainable_params(), lr=0.1)
    # TODO(torch2ms): [T2M401] convert the optimizer first, then its scheduler (its optimizer stays
    #   as it was)
    return torch.optim.lr_scheduler.StepLR(optimizer, 2)


def plain(net: Net):
    optimizer = optim.SGD(net.trainable_params(), lr=0.1)
    scheduler = optim.lr_scheduler.StepLR(optimizer, 2)
    return [float(str(rate.asnumpy())) for rate in scheduler.get_last_lr()]
