from mindspore import nn


class Net(nn.Cell):
    def __init__(self, depth=3):
        super().__init__()
        self.depth = depth
        self.plain = [nn.ReLU()]
        self.stem = nn.SequentialCell(*[nn.Dense(3, 3) for _ in range(4)])
        self.body = nn.SequentialCell(nn.Dense(3, 3), nn.ReLU(), nn.Dense(3, 3), nn.Sigmoid(), nn.Dense(3, 2))
        self.tail = self.body[3:]

    def features(self, x):
        y = x + 1
        for cell in list(self.stem)[: self.depth]:
            y = cell(y)  # not the last one
        for cell in list(self.body)[:2]:
            y = cell(y)
        return y

    def head(self, x):
        for cell in list(self.body)[2:]:
            x = cell(x)
        return x

    def chosen(self, x, last=None):
        blocks = list(self.stem)[1:last]
        for i, block in enumerate(blocks):
            x = block(x) * (i + len(blocks))
        return x

    def chain(self, x):
        for layer in [*list(self.stem)[1:], *self.plain]:
            x = layer(x)
        return x

    def construct(self, x):
        x = self.chain(x)
        x = self.chosen(x, -1) + list(self.stem)[1:][0](x)
        if self.depth:
            x = self.features(x)
        return self.tail(x), self.head(x)
