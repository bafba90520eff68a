from mindspore import nn, Tensor


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fixed = nn.BatchNorm1d(3)
        self.norm = nn.BatchNorm1d(3)
        self.fixed.set_train(False)

    def construct(self, x):
        return self.norm(self.fixed(x))


def run(x: Tensor):
    net = Net()
    net.set_train()
    net.fixed.set_train(False)
    return net(x), net.fixed.moving_mean, net.norm.moving_mean
