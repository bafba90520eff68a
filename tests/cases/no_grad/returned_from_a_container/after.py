from types import SimpleNamespace

from mindspore import nn, ops


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 3)

    def first(self, y):
        kept = []
        kept.append(ops.stop_gradient(y.exp()))
        return kept[0]

    def filled(self, y):
        rows = ops.zeros((2, 3))
        rows[0] = ops.stop_gradient(y[0].exp())
        return rows

    def named(self, y):
        made = SimpleNamespace(t=None, d={})
        made.t = ops.stop_gradient(y.sin())
        made.d["a"] = ops.stop_gradient(y.cos())
        return ops.stop_gradient(made.t * made.d["a"]), made.d

    def construct(self, x):
        y = self.fc(x)
        product, named = self.named(y)
        return y * self.first(y) * self.filled(y) * product * named["a"]
