"""Layers of files behind other files, by name and by `import *`; four files away they are reported."""

from torch import nn

from .first import Farthest, Kept, Scaled, Starred


class Behind(nn.Module):
    def __init__(self):
        super().__init__()
        self.scaled = Scaled()
        self.starred = Starred()

    def forward(self, x):
        x = x - 0.5
        y = self.scaled(x)
        return x + y + self.starred(y) * y


class Same(nn.Module):
    def __init__(self):
        super().__init__()
        self.kept = Kept()

    def forward(self, x):
        x = x - 0.5
        y = self.kept(x)
        y += 1
        return x + y


class Far(nn.Module):
    def __init__(self):
        super().__init__()
        self.far = Farthest()

    def forward(self, x):
        x = x - 0.5
        y = self.far(x)
        return x + y
