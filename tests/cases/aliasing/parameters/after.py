from mindspore import nn, ops


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 2)


def decay(net: nn.Cell, rate):
    for p in net.trainable_params():
        ops.assign(p, p - rate * 0.1)
        ops.assign(p, p * 2)
    return net.fc.bias
