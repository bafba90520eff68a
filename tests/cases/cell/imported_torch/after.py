from mindspore import nn, ops


class Net(nn.Cell):
    def __init__(self):
        super(Net, self).__init__()
        self.fc = nn.Dense(3, 3)

    def construct(self, x):
        return ops.relu(self.fc.construct(x))
