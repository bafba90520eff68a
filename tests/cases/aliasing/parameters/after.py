from mindspore import nn


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 2)


def decay(net: nn.Cell, rate):
    for p in net.trainable_params():
        p.set_data(p - rate * 0.1)
        p.set_data(p * 2)
    return net.fc.bias
