from mindspore import nn


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.SequentialCell(nn.Dense(3, 3), nn.BatchNorm1d(3))

    def construct(self, x):
        return self.fc(x)


def prepare(net: Net, x):
    # frees memory
    return net(x)


def used(net: Net):
    # TODO(torch2ms): [T2M401] put the forward pass in a function and take its gradients (zero_grad
    #   is not a statement of its own here)
    done = net.zero_grad()
    return done
