import copy

from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.Linear(4, 4)
        self.layers = nn.ModuleList([copy.deepcopy(layer) for _ in range(2)])
        self.sizes = copy.deepcopy([1, 2])
        self.weight = copy.deepcopy(layer.weight)

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x @ self.weight
