from mindspore import nn, ops, Tensor


class Net(nn.Cell):
    def construct(self, x: Tensor):
        norm = ops.norm(x)
        print(norm)
        return x
