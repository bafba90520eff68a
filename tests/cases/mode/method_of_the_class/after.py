from mindspore import nn


class Net(nn.Cell):
    def learn(self):
        nn.Cell.set_train(self, True)
        return self.training
