from abc import ABC

from mindspore import nn


class Base(nn.Cell):
    """Adds one."""

    def construct(self, x):
        return x + 1


class Mixin:
    def construct(self, x):
        return x


class Derived(Base, ABC):
    def construct(self, x):
        x = super().construct(x)
        return super(Derived, self).construct(x) + Base.construct(self, x)


class Conv(nn.Conv2d):
    def __init__(self, width):
        super().__init__(width, width, 3, pad_mode="pad", padding=1, has_bias=False)

    def construct(self, x):
        return super().construct(x) * 2


class Both(Mixin, Derived):
    pass


def build():
    class Inner(nn.Cell):
        @staticmethod
        def scale(x):
            return x

        def construct(self, x, y=None):
            def forward(z):
                return z

            return forward(self.scale(x))

    return Inner
