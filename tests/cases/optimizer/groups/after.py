from mindspore import nn
from mindspore.experimental import optim


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 2)


def groups(net: Net):
    optimizer = optim.Adam([{"params": [net.fc.weight]}, {"params": [net.fc.bias], "lr": 0.5}], lr=0.25)
    found = []
    for group in optimizer.param_groups:
        found.append((len(group["params"]), float(str(group["lr"].asnumpy()))))
    return found, len(optimizer.param_groups)
