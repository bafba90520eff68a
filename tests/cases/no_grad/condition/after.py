from mindspore import nn, ops, Tensor


class Net(nn.Cell):
    def construct(self, x: Tensor, learn: bool):
        y = ops.sigmoid(x)
        if not learn:
            y = ops.stop_gradient(y)
        return y + x


def run(model, phase):
    return model(phase)
