from mindspore import nn, Tensor


class Double(nn.Cell):
    def construct(self, x: Tensor) -> Tensor:
        return 2 * x

    def bprop(self, x, out, grad):
        return (2 * grad,)


def double(x: Tensor) -> Tensor:
    return Double()(x)
