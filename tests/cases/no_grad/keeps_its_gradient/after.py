from mindspore import nn, ops


def same(x):
    if x.shape[0] > 100:
        x = ops.stop_gradient(x * 2)
    return x


def recorded(x):
    return x.exp()


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 3)

    def construct(self, x):
        y = self.fc(x)
        made = [y, y * 2]
        other = y
        first = made[0]
        weight = self.fc.weight
        later = lambda v: v.exp()
        h = ops.stop_gradient(y.exp())
        z = y.sin() * h
        called = recorded(y)
        if y.shape[0] > 1:
            either = y
        else:
            either = ops.stop_gradient(y.exp())
        return other * first * later(y) * z * called * either * same(y) + weight.sum()
