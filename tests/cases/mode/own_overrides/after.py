from mindspore import nn


class Net(nn.Cell):
    def __init__(self, training):
        super().__init__()
        self.bn = nn.BatchNorm2d(3)
        # TODO(torch2ms): [T2M301] set_train() reaches the children, an assignment to training in
        #   torch does not
        self.set_train(training)

    def freeze(self):
        self.set_train(False)
        # TODO(torch2ms): [T2M301] set_train() reaches the children, an assignment to training in
        #   torch does not
        self.bn.set_train(False)
        return self.set_train(not self.training)

    def hold(self):
        self.set_train()
        # TODO(torch2ms): [T2M301] set_train() reaches the children, an assignment to training in
        #   torch does not
        self.bn.set_train(False)
        return self.training, self.bn.training

    def construct(self, x):
        return self.bn(x)
