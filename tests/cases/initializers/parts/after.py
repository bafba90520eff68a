import torch
from mindspore import nn


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 4)
        self.fc.bias[2:] = -1.0
        self.fc.weight[0] = 0  # first row
        # TODO(torch2ms): [T2M303] an initializer fills a whole Parameter: assign…
        torch.nn.init.normal_(self.fc.weight[1:])
