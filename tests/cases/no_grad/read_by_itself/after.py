from mindspore import nn, ops, Parameter


def rebound(w):
    t = w * 3
    t = ops.stop_gradient(t * 2)
    t = t + w
    return (t * w).sum()


def made_in_the_block(w):
    t = ops.stop_gradient(w * 2)
    t = t + w
    t = t * 3
    return (t * w).sum()


def in_a_loop(w):
    total = w * 0
    for k in range(2):
        t = ops.stop_gradient(w * k)
        t = t * w
        t = t + w
        total = total + t
    return total.sum()


def written(w):
    out = ops.zeros((3,))
    out[:] = ops.stop_gradient(w)
    return (w * out).sum()


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.scale = Parameter(ops.ones((3,)))

    def construct(self, x):
        w = x * self.scale
        return rebound(w) + made_in_the_block(w) + in_a_loop(w) + written(w)
