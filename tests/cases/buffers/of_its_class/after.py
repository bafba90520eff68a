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
        self.b = Parameter(self.b + 1, name=self.b.name, requires_grad=False)
        return x * self.b


class C(B):
    def reset(self):
        self.b = Parameter(ops.ones((3,)), name=self.b.name, requires_grad=False)


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
        self.count = Parameter(ops.ones((1,)), name=self.count.name, requires_grad=False)

    def construct(self, x):
        return x + self.step()



def outside():
    a, b, c = A(), B(), C()
    a.b = 3
    b.b = Parameter(ops.ones((3,)), name=b.b.name, requires_grad=False)
    c.b = Parameter(ops.ones((3,)), name=c.b.name, requires_grad=False)
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
        self.inner.b = Parameter(x, name=self.inner.b.name, requires_grad=False)
        self.b = x
        return x


def run():
    a, b = A(), B()
    x = ops.ones((3,))
    first = a(x), b(x)
    a.b = 7
    b.b = Parameter(ops.ones((3,)) * 2, name=b.b.name, requires_grad=False)
    c = C()
    c.reset()
    d = D()
    return [t.tolist() for t in (*first, a(x), b(x), c(x), d(x), d(x))], a.b, sorted(n for n, _ in [(name, p) for name, p in c.parameters_and_names() if not p.requires_grad])
