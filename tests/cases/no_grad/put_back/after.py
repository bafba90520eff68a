from mindspore import nn, ops


class Loss(nn.Cell):
    def construct(self, x, y):
        w = ops.stop_gradient(x * y)
        return w * x
