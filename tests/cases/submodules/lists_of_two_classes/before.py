from torch import nn


class Inner(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([])
        for _ in range(2):
            self.layers.append(nn.Linear(2, 2))

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class Outer(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([])
        for _ in range(2):
            self.layers.append(Inner())

    def forward(self, x):
        for layer in self.layers:
            x = layer(x)
        return x


class Other(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([Outer()])

    def forward(self, x):
        return self.layers[0](x)
