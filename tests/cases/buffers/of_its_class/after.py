from mindspore import nn, ops, Parameter


class A(nn.Cell):
    def __init__(self):
        super().__init__()
        self.b = 3

    def construct(self, x):
        self.b = self.b + 1
        return x * self.b


class B(nn.Cell):
    def __init__(self):
        super().__init__()
        self.b = Parameter(ops.zeros((3,)), requires_grad=False)

    def construct(self, x):
        ops.assign(self.b, self.b + 1)
        return x * self.b


class C(B):
    def reset(self):
        ops.assign(self.b, ops.ones((3,)))


class Mixin:
    def setup(self):
        self.count = Parameter(ops.zeros((1,)), requires_grad=False)
        self.phase_ = 3

    def step(self):
        ops.assign(self.count, self.count + 1)
        return self.count


class D(Mixin, nn.Cell):
    def __init__(self):
        super().__init__()
        self.setup()
        ops.assign(self.count, ops.ones((1,)))

    def construct(self, x):
        return x + self.step()



def outside():
    a, b, c = A(), B(), C()
    a.b = 3
    ops.assign(b.b, ops.ones((3,)))
    ops.assign(c.b, ops.ones((3,)))
    for net in (A(), B()):
        net.b = ops.ones((3,))
    return a, b


class Outer(nn.Cell):
    class Inner(nn.Cell):
        def __init__(self):
            super().__init__()
            self.b = Parameter(ops.zeros((3,)), requires_grad=False)

    def __init__(self):
        super().__init__()
        self.inner = Outer.Inner()
        self.b = ops.zeros((3,))

    def construct(self, x):
        ops.assign(self.inner.b, x)
        self.b = x
        return x


def run():
    a, b = A(), B()
    x = ops.ones((3,))
    first = a(x), b(x)
    a.b = 7
    ops.assign(b.b, ops.ones((3,)) * 2)
    c = C()
    c.reset()
    d = D()
    return [t.tolist() for t in (*first, a(x), b(x), c(x), d(x), d(x))], a.b, sorted(n for n, _ in [(name, p) for name, p in c.parameters_and_names() if not p.requires_grad])
