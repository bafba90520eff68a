from mindspore import nn, ops
from mindspore.experimental import optim


def rates():
    net = nn.Dense(2, 2)
    optimizer = optim.SGD(net.trainable_params(), lr=0.1)
    first = float(str(next(iter(optimizer.param_groups))["lr"].asnumpy()))
    group = list(optimizer.param_groups)[0]
    ops.assign(optimizer.param_groups[0]["lr"], 0.01)
    return first, isinstance(first, float), float(str(group["lr"].asnumpy())) * 2
