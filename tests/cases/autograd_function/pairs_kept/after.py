from mindspore import nn, Tensor


class F2(nn.Cell):
    def construct(self, x, a, b):
        return x * a + b

    def bprop(self, x, a, b, out, g):
        scale = b
        return g * a * scale, None, None


class F3(nn.Cell):
    def construct(self, x, n):
        return x.reshape(-1) * n

    def bprop(self, x, n, out, g):
        return (g * n * (n + 1)).reshape(x.shape), None


def use(x: Tensor):
    return F2()(x, 2.0, 3.0) + F3()(x, 4).sum()
