from mindspore import nn, ops, Tensor



def tripled(x: Tensor) -> Tensor:
    return x * 3


def tripled_fake(x):
    return ops.zeros_like(x)


class Net(nn.Cell):
    def construct(self, x):
        return tripled(ops.stop_gradient(x)) + x
