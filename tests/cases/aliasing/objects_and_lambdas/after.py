import mindspore as ms
from mindspore import nn, ops


class Holder:
    def __init__(self, tensors):
        self.tensors = tensors

    def __iter__(self):
        for tensor in self.tensors:
            yield tensor


def iterated():
    a = ops.ones((2,))
    b = ops.zeros((2,))
    for tensor in Holder([a, b]):
        tensor.copy_(tensor.copy() * 3 + 1)
    return a, b


def by_name():
    x = ms.tensor([1.0, -2.0])
    keep = x
    y = keep = getattr(x, "mul_")(3)
    return keep, y


class OfLambda(nn.Cell):
    def __init__(self):
        super().__init__()
        # TODO(torch2ms): [T2M303] torch changes the tensor in place, and x in forward with it; in
        #   MindSpore only this name changes
        self.act = lambda t: ops.relu(t)

    def construct(self, x):
        y = self.act(x)
        return y + x


class Static(nn.Cell):
    @staticmethod
    def act(t):
        return t.copy_(ops.relu(t.copy()))

    def construct(self, x):
        keep = x = x - 1
        x = self.act(x)
        return x + keep
