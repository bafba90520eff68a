from functools import update_wrapper
from inspect import getattr_static
from types import FunctionType

import torch
from torch import nn


class Base(nn.Module):
    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        forward = getattr_static(cls, "forward")
        cls.has_own = "forward" in cls.__dict__
        if "forward" not in cls.__dict__ and isinstance(forward, FunctionType):
            clone = FunctionType(forward.__code__, forward.__globals__, "forward", forward.__defaults__)
            update_wrapper(clone, forward)
            cls.forward = clone

    def forward(self, x):
        return x * 2

    @classmethod
    def overridden(cls):
        return getattr(cls, "forward") is not Base.__dict__['forward'] and hasattr(cls, "forward")

    def same(self):
        return "forward" in vars(type(self)) and 'forward' in dir(self.__class__)

    def table(self, names={"forward": 3}):
        return names["forward"], "forward" in names, names.get("forward")


class Inherits(Base):
    pass


class Own(Base):
    def forward(self, x):
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
