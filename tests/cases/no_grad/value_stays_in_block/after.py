from mindspore import nn, Tensor


class Net(nn.Cell):
    def construct(self, x: Tensor):
        norm = x.flatten().norm(2, 0)
        print(norm)
        return x
