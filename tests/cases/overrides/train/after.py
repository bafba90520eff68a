from mindspore import nn


class Frozen(nn.Cell):
    def __init__(self):
        super().__init__()
        self.bn = nn.BatchNorm2d(4)

    def extend_repr(self):
        return "frozen"

    # TODO(torch2ms): [T2M305] set_train() of a parent sets the flags of its children and does not
    #   call this one
    def set_train(self, mode=True):
        super().set_train(mode)
        for _, m in self.cells_and_names():
            if isinstance(m, nn.BatchNorm2d):
                m.set_train(False)
        return self

    # TODO(torch2ms): [T2M305] keep the value in an attribute of your own when the layer is built (a
    #   Cell never calls state_dict(): what this override does has to be called by hand)
    def state_dict(self):
        return {}


def flags(net: Frozen):
    return net.set_train() is net, net.training, net.bn.training


class Parent(nn.Cell):
    def __init__(self):
        super().__init__()
        self.part = Frozen()


def flags_of_a_part():
    net = Parent()
    net.set_train()
    return net.training, net.part.bn.training
