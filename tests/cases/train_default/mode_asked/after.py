from mindspore import nn, ops


class Net(nn.Cell):
    """Its mode does not matter, unless it is asked for."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(2, 2)

    def construct(self, x):
        return self.fc(x)


def kept(x):
    net = Net()
    net.set_train()
    was_training = net.training
    net.set_train(False)
    shape = net(x).shape
    net.set_train(was_training)
    return shape[0], was_training, net.training


def of_part():
    net = Net()
    net.set_train()
    layers = nn.SequentialCell(nn.Dense(2, 3), nn.ReLU())
    layers.set_train()
    return net.fc.training, layers[0].training


def not_asked(x):
    net = Net()
    return net(x).shape[0], ops.is_tensor(x)
