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
    found = []
    net.set_train()
    found.append((net.training, net.bn.training))
    net.set_train(False)
    found.append((net.training, net.bn.training))
    net.set_train()
    found.append((net.training, net.bn.training))
    net.set_train(False)
    found.append((net.training, net.bn.training))
    net.set_train(flag)
    found.append((net.training, net.bn.training))
    other = Net().set_train(False)
    for _, m in other.cells_and_names():
        m.set_train(flag)
    found.append((other.training, other.bn.training))
    was = net.training
    net.set_train(False)
    found.append((net.training, net.bn.training))
    net.set_train(was)
    found.append((net.training, net.bn.training))
    return found


def assigned():
    net = Net()
    net.set_train()
    # TODO(torch2ms): [T2M301] set_train() reaches the children, an assignment to training in torch
    #   does not
    net.set_train(False)
    return net.training, net.bn.training


def pair(flag):
    net = Net()
    net.set_train(False)
    # TODO(torch2ms): [T2M202] call set_train(mode) (training cannot be changed this way)
    net.training, flag = True, False
    return net.training, net.bn.training
