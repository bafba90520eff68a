import sys

from mindspore import nn


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.norm = nn.BatchNorm1d(2)

    def construct(self, x):
        return self.norm(x)


def looked_up(x):
    nets = getattr(sys.modules[__name__], "Net")().set_train(), globals()["Net"]().set_train()
    return [net(x) for net in nets]


def asked_for(x):
    net = Net()
    net.set_train()
    was = net.training
    net.set_train(False)
    y = net(x)
    net.set_train(was)
    return y, net(x)


def computed(name):
    # TODO(torch2ms): [T2M301] call set_train() on the result (if globals()[name] is a class, its
    #   objects are in eval mode)
    return globals()[name]()
