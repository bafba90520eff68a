from mindspore import nn
from mindspore.common.initializer import initializer, XavierUniform


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(30, 40)
        self.fc.weight.set_data(initializer(XavierUniform(gain=2), self.fc.weight.shape, self.fc.weight.dtype))
        self.fc.bias.set_data(initializer('zeros', self.fc.bias.shape, self.fc.bias.dtype))
