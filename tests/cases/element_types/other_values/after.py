from mindspore import nn, ops, Tensor


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.conv = nn.Dense(4, 4)

    def construct(self, x, y):
        out = self.conv(x)
        out = ops.cat([out, ops.exp(x), y], axis=1)
        return ops.where(out > 0, out, ops.zeros_like(out)), ops.cumsum(out, 1), out.abs().max()


def same(x: Tensor):
    steps = ops.arange(4)
    freqs = ops.exp(-steps.float())
    return ops.cat([steps, ops.arange(2)]), freqs, ops.cumsum(steps, 0), ops.sqrt(steps), ops.log(x * 0 + 2)


def repeated(x: Tensor):
    total = 0
    for row in x:
        total = total + row.sum()
    x = x.long()
    x = x.float()
    return ops.exp(x), ops.log(1 + total * total)
