from mindspore import nn, ops, Tensor


class Meter:
    def __init__(self):
        self.total = 0
        self.count = 0

    def update(self, value, n=1):
        self.total += value
        self.count += n


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.seen = ops.zeros((3,))

    def construct(self, x: Tensor):
        parts = [x * 2, x * 3]
        total = 0
        scale = 1.0
        sums = {"all": 0.0}
        kept = []
        mean = ops.zeros((3,))
        first = ops.zeros((2, 3))
        last = ops.zeros((3,))
        meter, other = Meter(), Meter()
        total += ops.stop_gradient(x)
        scale *= ops.stop_gradient(x)
        sums["all"] -= ops.stop_gradient(x)
        for part in parts:
            total += ops.stop_gradient(part)
        latest = total
        kept += parts  # the same tensors, with their gradients
        mean = mean * 0.9 + 0.1 * ops.stop_gradient(x[0])
        first[0] = ops.stop_gradient(x[1])
        first[1:] = ops.stop_gradient(x[:1])
        last[:] = ops.stop_gradient(parts[0][0])
        self.seen = ops.zeros((3,))
        self.seen += ops.stop_gradient(x[0])
        meter.update(ops.stop_gradient(x[1]))
        inner = 0
        inner += ops.stop_gradient(x)
        other.update(x[0])
        other.update(ops.stop_gradient(x[1]))
        held = total * scale + sums["all"] * latest + inner
        rest = mean + self.seen + first.sum(0) + last + meter.total + other.total
        return x * held + kept[0] + x * rest
