from torch import nn


class Net(nn.Module):
    def __init__(self, config):
        super().__init__()
        self.config = config
        self.layers = nn.ModuleList([nn.Linear(3, 3) for _ in range(config.n)])
        self.blocks = nn.ModuleList()
        for _ in range(3):
            self.blocks.append(nn.Linear(3, 3))
        self.names = ['a', 'b']
        self.first = self.layers[:1]

    def forward(self, x):
        for layer in self.layers[: self.config.n]:  # all of them
            x = layer(x)
        for i, layer in enumerate(self.blocks[:-1]):
            x = layer(x)
        for name in self.names[:1]:
            x = x + len(name)
        return self.first[0](x), [b(x) for b in self.blocks[1:]]
