import mindspore as ms
from mindspore import nn, ops


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(4, 3)

    def construct(self, x):
        y = self.fc(x)
        same = ops.isclose(ops.stop_gradient(y), ops.stop_gradient(y * 2)) | ops.stop_gradient(y > 0).logical_xor(ops.stop_gradient(y < 1))  # where it is 0, or between
        first = ops.min(ops.multinomial(ops.stop_gradient(ops.softmax(y, axis=1)), 3, False).astype(ms.int64), 1)[0]
        counts = ops.histc(ops.stop_gradient(y), 2, -10, 10)
        return y * same, first, counts.sum(), ops.gcd(ops.stop_gradient(y.long()), ops.stop_gradient(ms.tensor(1)))
