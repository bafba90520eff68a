"""Layers that are made in one place and called in another: they change what they are given all the same."""

from functools import reduce

import torch
from torch import nn


class Block(nn.Module):
    def __init__(self, act):
        super().__init__()
        self.act = act

    def forward(self, x):
        y = self.act(x)
        return y + x


class Derived(Block):
    def __init__(self):
        super().__init__(nn.ReLU(inplace=True))


class Default(nn.Module):
    def __init__(self, act_layer=nn.ReLU, norm=None, **options):
        super().__init__()
        self.norm = norm or nn.Identity()
        self.act = act_layer(**options)

    def forward(self, x):
        y = self.act(self.norm(x))
        return y - x


class Listed(nn.Module):
    def __init__(self, layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, x):
        keep = x
        for layer in self.layers:
            x = layer(x)
        return x + keep


def block(x):
    return Block(nn.ReLU(inplace=True))(x * 1)


def derived(x):
    return Derived()(x * 1)


def apart(x):
    return Block(nn.Sigmoid())(x)


def default(x):
    return Default(inplace=True)(x * 1)


def listed(x):
    return Listed([nn.ReLU6(inplace=True), nn.Identity()])(x * 1)


def run(x, act):
    return act(x)


def called(x):
    x = x * 1
    y = run(x, nn.LeakyReLU(0.5, True))
    return x, y


def reduced(x):
    x = x * 1
    y = reduce(lambda t, layer: layer(t), [nn.ReLU(inplace=True), nn.Identity()], x)
    return x, y


def reduced_further(x):
    x = x * 1
    y = reduce(lambda t, layer: layer(t), [nn.ReLU(inplace=True), nn.Sigmoid()], x)
    return x, y


def mapped(x):
    x = x * 1
    both = list(map(lambda layer: layer(x), [nn.ReLU(inplace=True), nn.Sigmoid()]))
    return x, both[1]
