from mindspore import nn, ops


class Softplus(nn.Cell):
    """Softplus as a Cell."""

    def __init__(self, beta=1.0, threshold=20.0):
        super().__init__()
        self.beta = beta
        self.threshold = threshold

    def construct(self, x):
        return ops.softplus(x, self.beta, self.threshold)


class Residual(nn.Cell):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()
        self.act = nn.SiLU()

    def construct(self, x):
        identity = x
        out = identity = self.relu(x)
        y = out * 2
        kept = [y]
        y = y.copy_(self.act(y.copy()))
        return out * 3 + identity + y + kept[0]


class Statement(nn.Cell):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()

    def construct(self, x):
        x = self.relu(x)
        y = x - 0.5
        y = ops.relu(y)
        return ops.cat([y - 1, self.relu(y - 2)], 1), x


class Plain(nn.Cell):
    def __init__(self):
        super().__init__()
        self.body = nn.SequentialCell(nn.Dense(3, 3), nn.ReLU(), nn.Dense(3, 3))
        self.relu = nn.ReLU()

    def construct(self, x):
        identity = x
        out = ops.leaky_relu(x * 2, 0.1)
        out = self.body(out)
        out += identity
        out = self.relu(out)
        return out


class Block(nn.Cell):
    def __init__(self):
        super().__init__()
        self.relu = nn.ReLU()
        self.last = Softplus()

    def construct(self, t):
        out = t.copy_(self.relu(t))
        return self.last(out)


class Caller(nn.Cell):
    def __init__(self):
        super().__init__()
        self.block = Block()

    def construct(self, x):
        h = x * 2
        return self.block(h) + h


class Begins(nn.Cell):
    def __init__(self):
        super().__init__()
        self.seq = nn.SequentialCell(nn.ReLU(), Softplus())

    def construct(self, x):
        h = x * 2
        # TODO(torch2ms): [T2M303] torch changes the tensor in place, and h with it; in MindSpore
        #   only this name changes
        return self.seq(h) + h
