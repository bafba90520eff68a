from mindspore import nn, ops


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.teacher = nn.Dense(3, 3)
        self.student = nn.Dense(3, 3)

    def construct(self, x):
        y = self.student(x)
        kept, named, rows, total = [], {}, ops.zeros((2, 3)), 0
        kept.append(ops.stop_gradient(self.teacher(x)))
        kept.extend([ops.stop_gradient(y.exp()), ops.stop_gradient(y.sin())])
        kept += [ops.stop_gradient(y.cos())]
        named["a"] = ops.stop_gradient(y.exp())
        named.update(b=ops.stop_gradient(y.sin()), n=3)
        named.setdefault("c", []).append(ops.stop_gradient(2 * ops.sigmoid(2 * y) - 1))
        rows[0] = ops.stop_gradient(y[0].exp())
        rows[1] += ops.stop_gradient(y[1].exp())
        total += ops.stop_gradient(y.exp())
        items = []
        for i in range(2):
            items.append(y * i)
        held = ops.stop_gradient(ops.stack(items))
        last = {"t": ops.stop_gradient(y.exp())}
        kept.append(last)
        out = sum(kept[:4]) + named["a"] * named["b"] * named["n"] + named["c"][0]
        return y * out * rows * total * held[1] * kept[4]["t"]
