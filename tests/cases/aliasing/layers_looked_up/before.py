import torch
import torch.nn as nn


class ByName(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU(inplace=True)
        for i in range(2):
            setattr(self, f"act{i}", nn.ReLU(inplace=True))
            self.add_module("last%d" % i, nn.LeakyReLU(0.5, inplace=True))

    def forward(self, x):
        keep = x
        y = getattr(self, "act")(x)
        z = x * 2
        kept = z
        w = getattr(self, f"act{0}")(z)
        last = w - 1
        same = last
        v = getattr(self, "last%d" % 1)(last)
        return y + keep, w + kept, v + same


class OfChildren(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.ReLU(inplace=True), nn.Identity())

    def forward(self, x):
        y = x
        for layer in self.body.children():
            y = layer(y)
        z = x = x * 3
        for layer in self.body._modules.values():
            z = layer(z)
        return y, z + x


class FirstOnly(nn.Module):
    # The first layer makes something new: x stays.
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(3, 3), nn.ReLU(inplace=True)])

    def forward(self, x):
        keep = x
        for layer in self.layers:
            x = layer(x)
        return x + keep


class Collected(nn.Module):
    # The list holds what the next layer changes.
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.Linear(3, 3), nn.ReLU(inplace=True)])

    def forward(self, x):
        outs = []
        for layer in self.layers:
            x = layer(x)
            outs.append(x)
        return outs[0]


class AddedByName(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential()
        self.body.add_module("act", nn.ReLU(inplace=True))
        self.body.add_module("lin", nn.Linear(3, 3))

    def forward(self, x):
        return self.body(x) + x


def block():
    made = nn.Sequential()
    made.add_module("act", nn.ReLU(inplace=True))
    return made


class MadeByFunction(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = block()

    def forward(self, x):
        return self.body(x) + x


class OfOthers(nn.Module):
    def __init__(self):
        super().__init__()
        base = nn.Sequential(nn.ReLU(inplace=True), nn.Hardtanh(-1, 1))
        self.body = nn.Sequential(*list(base.children())[:-1])

    def forward(self, x):
        return self.body(x) + x


class InTurn(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([nn.ReLU(inplace=True), nn.Identity()])

    def forward(self, x):
        return sum(layer(x) for layer in self.layers) + x


class Mapped(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU(inplace=True)

    def forward(self, x):
        xs = [x, x * 2]
        return torch.cat(list(map(self.act, xs)) + xs)


class Sliced(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(3, 3), nn.ReLU(inplace=True))

    def forward(self, x):
        y = self.body[:1](x)
        z = self.body[1:](y)
        return z + y
