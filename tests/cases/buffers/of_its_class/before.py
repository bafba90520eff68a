import torch
from torch import nn
import torch.nn.functional as F


class A(nn.Module):
    def __init__(self):
        super().__init__()
        self.b = 3

    def forward(self, x):
        self.b = self.b + 1
        return x * self.b


class B(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("b", torch.zeros(3))

    def forward(self, x):
        self.b = self.b + 1
        return x * self.b


class C(B):
    def reset(self):
        self.b = torch.ones(3)


class Mixin:
    def setup(self):
        self.register_buffer("count", torch.zeros(1))
        self.phase = 3

    def step(self):
        self.count += 1
        return self.count


class D(Mixin, nn.Module):
    def __init__(self):
        super().__init__()
        self.setup()
        self.count = torch.ones(1)

    def forward(self, x):
        return x + self.step()



def outside():
    a, b, c = A(), B(), C()
    a.b = 3
    b.b = torch.ones(3)
    c.b = torch.ones(3)
    for net in (A(), B()):
        net.b = torch.ones(3)
    return a, b


class Outer(nn.Module):
    class Inner(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("b", torch.zeros(3))

    def __init__(self):
        super().__init__()
        self.inner = Outer.Inner()
        self.b = torch.zeros(3)

    def forward(self, x):
        self.inner.b = x
        self.b = x
        return x


def run():
    a, b = A(), B()
    x = torch.ones(3)
    first = a(x), b(x)
    a.b = 7
    b.b = torch.ones(3) * 2
    c = C()
    c.reset()
    d = D()
    return [t.tolist() for t in (*first, a(x), b(x), c(x), d(x), d(x))], a.b, sorted(n for n, _ in c.named_buffers())
