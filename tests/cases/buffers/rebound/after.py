import mindspore as ms
from mindspore import nn, ops, Parameter


class Grows(nn.Cell):
    def __init__(self):
        super().__init__()
        self.b = Parameter(ops.zeros((1, 3)), requires_grad=False)
        self.fc = nn.Dense(3, 3)

    def construct(self, x):
        x = self.fc(x)
        self.b = Parameter(
            ops.cat([self.b, ops.stop_gradient(x)])[-5:].copy(), name=self.b.name, requires_grad=False
        )
        return x + self.b.mean(0)


class Last(nn.Cell):
    def __init__(self):
        super().__init__()
        self.b = Parameter(ops.zeros((1,)), requires_grad=False)
        self.fc = nn.Dense(3, 3)

    def construct(self, x):
        x = self.fc(x)
        self.b = Parameter(ops.stop_gradient(x), name=self.b.name, requires_grad=False)
        return x * 2


class OtherType(nn.Cell):
    def __init__(self):
        super().__init__()
        self.b = Parameter(ms.tensor(0), requires_grad=False)
        self.fc = nn.Dense(3, 3)

    def construct(self, x):
        x = self.fc(x)
        self.b = Parameter(self.b + 0.5, name=self.b.name, requires_grad=False)
        return x * self.b


class Mask(nn.Cell):
    def __init__(self):
        super().__init__()
        self.b = Parameter(ops.ones((1, 1)), requires_grad=False)
        self.fc = nn.Dense(3, 3)

    def construct(self, x):
        x = self.fc(x)
        if self.b.shape[0] < x.shape[0]:
            self.b = Parameter(
                ops.tril(ops.ones((x.shape[0], x.shape[0]))), name=self.b.name, requires_grad=False
            )
        return self.b[: x.shape[0], : x.shape[0]] @ x


class Consumed(nn.Cell):
    def __init__(self):
        super().__init__()
        self.b = Parameter(ops.arange(40.0), requires_grad=False)
        self.fc = nn.Dense(3, 3)

    def construct(self, x):
        x = self.fc(x)
        y = x * self.b[0]
        self.b = Parameter(self.b[1:].copy(), name=self.b.name, requires_grad=False)
        return y


class ReadBefore(nn.Cell):
    def __init__(self):
        super().__init__()
        self.b = Parameter(ops.ones((3,)), requires_grad=False)
        self.fc = nn.Dense(3, 3)

    def step(self, x):
        self.b = Parameter(ops.stop_gradient(self.b * 0.5 + x.mean(0) * 0.5), name=self.b.name, requires_grad=False)

    def construct(self, x):
        x = self.fc(x)
        y = ops.pow(x.abs() + 1, self.b)
        self.step(x)
        return y


class Loop(nn.Cell):
    def __init__(self):
        super().__init__()
        self.b = Parameter(ops.ones((3,)), requires_grad=False)
        self.fc = nn.Dense(3, 3)

    def construct(self, x):
        x = self.fc(x)
        for _ in range(2):
            x = x * self.b
            self.b = Parameter(self.b + 0.1, name=self.b.name, requires_grad=False)  # grows
        return x


class Held(nn.Cell):
    def __init__(self):
        super().__init__()
        self.b = Parameter(ops.ones((3,)), requires_grad=False)
        self.fc = nn.Dense(3, 3)

    def construct(self, x):
        x = self.fc(x)
        old = self.b
        self.b = Parameter(self.b * 2, name=self.b.name, requires_grad=False)
        return x * (self.b - old) / self.b


class Tuple(nn.Cell):
    def __init__(self):
        super().__init__()
        self.b = Parameter(ops.ones((3,)), requires_grad=False)
        self.fc = nn.Dense(3, 3)

    def construct(self, x):
        x = self.fc(x)
        self.b, y = Parameter(self.b * 0.9, name=self.b.name, requires_grad=False), x * self.b
        return y


class Mean(nn.Cell):
    def __init__(self):
        super().__init__()
        self.b = Parameter(ops.zeros((3,)), requires_grad=False)
        self.fc = nn.Dense(3, 3)

    def construct(self, x):
        x = self.fc(x)
        b = 2 * ops.sigmoid(2 * x.mean(0)) - 1
        self.b = Parameter(b, name=self.b.name, requires_grad=False)
        return x * b


class InItsPlace(nn.Cell):
    def __init__(self):
        super().__init__()
        self.b = Parameter(ops.ones((3,)), requires_grad=False)
        self.fc = nn.Dense(3, 3)

    def construct(self, x):
        x = self.fc(x)
        y = x - self.b
        self.b = Parameter(
            self.b * 0.9 + ops.stop_gradient(x).mean(0) * 0.1, name=self.b.name, requires_grad=False
        )
        return y


class Reset(nn.Cell):
    def __init__(self):
        super().__init__()
        self.b = Parameter(ops.zeros((3,)), requires_grad=False)
        self.fc = nn.Dense(3, 3)

    def construct(self, x):
        x = self.fc(x)
        self.b = Parameter(self.b + ops.stop_gradient(x).mean(0), name=self.b.name, requires_grad=False)
        if self.b.abs().sum() > 2:
            self.b = Parameter(ops.zeros((3,)), name=self.b.name, requires_grad=False)
        return x + self.b


class Numbered(nn.Cell):
    def __init__(self):
        super().__init__()
        for i in range(2):
            self.insert_param_to_cell(f"scale{i}", Parameter(ops.ones((3,)), requires_grad=False))
        self.fc = nn.Dense(3, 3)

    def construct(self, x):
        x = self.fc(x)
        for i in range(2):
            x = x * getattr(self, f"scale{i}")
            setattr(self, f"scale{i}", Parameter(getattr(self, f"scale{i}") + 0.1, name=getattr(self, f"scale{i}").name, requires_grad=False))
        return x


class OfItsOwnType(nn.Cell):
    def __init__(self):
        super().__init__()
        self.b = Parameter(ops.ones((3,)), requires_grad=False)
        self.fc = nn.Dense(3, 3)

    def construct(self, x):
        y = self.fc(x) * self.b
        self.b = Parameter(self.b * 0.9, name=self.b.name, requires_grad=False)
        return y
