from functools import update_wrapper
from inspect import getattr_static
from types import FunctionType

from mindspore import nn


class Base(nn.Cell):
    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        forward = getattr_static(cls, "construct")
        cls.has_own = "construct" in cls.__dict__
        if "construct" not in cls.__dict__ and isinstance(forward, FunctionType):
            clone = FunctionType(forward.__code__, forward.__globals__, "forward", forward.__defaults__)
            update_wrapper(clone, forward)
            cls.construct = clone

    def construct(self, x):
        return x * 2

    @classmethod
    def overridden(cls):
        return getattr(cls, "construct") is not Base.__dict__['construct'] and hasattr(cls, "construct")

    def same(self):
        return "construct" in vars(type(self)) and 'construct' in dir(self.__class__)

    def table(self, names={"forward": 3}):
        return names["forward"], "forward" in names, names.get("forward")


class Inherits(Base):
    pass


class Own(Base):
    def construct(self, x):
        return x + 1


class Other:
    def forward(self, x):
        return x

    @classmethod
    def asked(cls):
        return getattr(cls, "forward") is not None and "forward" in cls.__dict__


def inherited(x):
    return Inherits()(x), Own()(x), Inherits.has_own, Own.has_own


def asked():
    return Inherits.overridden(), Own.overridden(), Own().same(), Own().table(), Other.asked()
