import copy

from mindspore import nn


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        layer = nn.Dense(4, 4)
        self.layers = nn.CellList([copy.deepcopy(layer) for _ in range(2)])
        self.sizes = copy.deepcopy([1, 2])
        self.weight = copy.deepcopy(layer.weight)

    def construct(self, x):
        for layer in self.layers:
            x = layer(x)
        return x @ self.weight
