from mindspore import nn


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.bn = nn.BatchNorm1d(3)
        self.bn.set_train(False)

    def construct(self, x):
        if self.training:
            x = x * 2
        return self.bn(x)


def run(flag):
    net = Net()
    net.set_train()
    net.set_train()
    net.set_train(False)
    net.set_train(flag)
    net.set_train(False)
    other = Net().set_train(False)
    for _, m in net.cells_and_names():
        m.set_train(flag)
    was = net.training
    # TODO(torch2ms): [T2M301] set_train() reaches the children, an assignment to training in…
    net.set_train(False)
    # TODO(torch2ms): [T2M202] training cannot be changed this way: call set_train(mode)
    net.training, flag = True, False
    net.set_train(was)
    return net, other
