from mindspore import nn
from mindspore.common.initializer import initializer


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 4)
        self.fc.weight.set_data(initializer('ones', self.fc.weight.shape, self.fc.weight.dtype))
        self.fc.bias.set_data(initializer('zeros', self.fc.bias.shape, self.fc.bias.dtype))
        self.fc.bias[2:] = -1.0
        self.fc.weight[0] = 0  # first row


def reset(m: nn.Dense):
    import torch

    # TODO(torch2ms): [T2M303] assign initializer(...).init_data() to the part (an initializer fills
    #   a whole Parameter)
    torch.nn.init.normal_(m.weight[1:])
    return m.weight


layer = nn.Dense(3, 4)
