from torch import nn


class Net(nn.Module):
    def __init__(self, other):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(3, 3))
        self.other = other

    def forward(self, x):
        for layer in self.layers:
            x = layer.forward(x)
        x = self.layers.forward(x)
        return self.other.forward(x)

    def run(self, x):
        step = self.forward
        return step(x) + self.forward(x)


def run(x, other):
    net = Net(other)
    return net.forward(x).shape
