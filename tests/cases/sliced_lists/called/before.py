from torch import nn


class Net(nn.Module):
    def __init__(self, depth=3):
        super().__init__()
        self.depth = depth
        self.plain = [nn.ReLU()]
        self.stem = nn.Sequential(*[nn.Linear(3, 3) for _ in range(4)])
        self.body = nn.Sequential(nn.Linear(3, 3), nn.ReLU(), nn.Linear(3, 3), nn.Sigmoid(), nn.Linear(3, 2))
        self.tail = self.body[3:]

    def features(self, x):
        y = self.stem[: self.depth](x + 1)  # not the last one
        y = self.body[:2](y)
        return y

    def head(self, x):
        return self.body[2:](x)

    def chosen(self, x, last=None):
        blocks = self.stem[1:last]
        for i, block in enumerate(blocks):
            x = block(x) * (i + len(blocks))
        return x

    def chain(self, x):
        for layer in [*self.stem[1:], *self.plain]:
            x = layer(x)
        return x

    def forward(self, x):
        x = self.chain(x)
        x = self.chosen(x, -1) + self.stem[1:][0](x)
        if self.depth:
            x = self.features(x)
        return self.tail(x), self.head(x)
