from mindspore import nn


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Dense(3, 3)
        self.frozen = False

    # TODO(torch2ms): [T2M305] set_train() of a parent sets the flags of its children and does not
    #   call this one
    def set_train(self, mode=True):
        # TODO(torch2ms): [T2M301] the flag of this Cell alone is set here; graph mode compiles for
        #   the mode set_train() gives
        self.add_flags(training=mode)
        for name, module in self.name_cells().items():
            if not (self.frozen and name == "encoder"):
                module.set_train(mode)
        return self

    def construct(self, x):
        return self.encoder(x)


def flags():
    net = Net()
    net.set_train()
    both = net.training, net.encoder.training
    net.frozen = True
    same = net.set_train(False) is net
    return both, same, net.training, net.encoder.training
