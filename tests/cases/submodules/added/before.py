import torch.nn as nn


class Net(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.add_module("head", nn.Linear(3, 3))
        self.register_module("tail", nn.Linear(3, 3))
        self.add_module(name="bias", module=nn.Linear(3, 3))
        for i in range(n):
            self.add_module(f"block{i}", nn.Linear(3, 3))
        self.add_module("cells", nn.ReLU())
        for stage in make_stages():
            self.add_module(*stage)  # layer1, layer2

    def forward(self, x):
        x = self.bias(self.tail(self.head(x)))
        x = self.block1(self.cells(self.block0(x)))
        return self.layer2(self.layer1(x))


def make_stages():
    return [("layer1", nn.Linear(3, 3)), ("layer2", nn.Tanh())]
