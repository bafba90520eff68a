"""Modules that are made by what a registry holds: a decorator has put the classes, or functions, into it."""

import torch
from torch import nn

NETS = {}
ENTRIES = {}


def register(cls):
    NETS[cls.__name__.lower()] = cls
    return cls


def register_model(fn):
    ENTRIES[fn.__name__] = fn
    return fn


class Registry:
    def __init__(self):
        self._known = {}

    def register(self, name=None):
        def add(cls):
            self._known[name or cls.__name__] = cls
            return cls

        return add

    def get(self, name):
        return self._known[name]

    def build(self, config):
        config = dict(config)
        return self._known[config.pop("type")](**config)


MODELS = Registry()


@MODELS.register("small")
@register
class Small(nn.Module):
    def __init__(self, scale=1.0):
        super().__init__()
        self.norm = nn.BatchNorm1d(3)
        self.scale = scale

    def forward(self, x):
        return self.norm(x) * self.scale


@MODELS.register()
class Large(Small):
    pass


@register_model
def tiny(**options):
    return Small(**options)


def looked_up(x):
    net = NETS["small"](2.0)
    return net(x), net.training


def create(name, **options):
    return NETS[name](**options)


def created(x):
    return create("small", scale=3.0)(x)


def entry(x):
    make = ENTRIES["tiny"]
    return make(scale=2.0)(x)


def built(x):
    large = MODELS.get("Large")(0.5)
    return MODELS.build({"type": "small", "scale": 4.0})(x) + large(x)


def all_of_them(x):
    every = {name: cls() for name, cls in NETS.items()}
    total = x
    for make in NETS.values():
        net = make()
        total = total + net(x)
    return every["small"](x) + total
