from mindspore import nn, ops


class Pad(nn.Cell):
    def construct(self, x, n):
        return ops.cat([x, x[:, :n]], axis=1)

    def bprop(self, x, n, out, grad):
        extra = grad[:, x.shape[1]:]
        scale = (x.shape[0], x.shape[1] + n)[1] - n
        rest = ops.zeros(((x.shape[0], x.shape[1] + n)[0], x.shape[1] - n))
        return (grad[:, :x.shape[1]] + ops.cat([extra, rest], axis=1)) * scale / x.shape[1], None


def pad(x):
    return Pad()(x, 2)
