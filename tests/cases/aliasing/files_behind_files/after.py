"""Layers of files behind other files, by name and by `import *`; four files away they are reported."""

from mindspore import nn

from .first import Farthest, Kept, Scaled, Starred


class Behind(nn.Cell):
    def __init__(self):
        super().__init__()
        self.scaled = Scaled()
        self.starred = Starred()

    def construct(self, x):
        x = x - 0.5
        y = x = self.scaled(x)
        return x + y + y.copy_(self.starred(y.copy())) * y


class Same(nn.Cell):
    def __init__(self):
        super().__init__()
        self.kept = Kept()

    def construct(self, x):
        x = x - 0.5
        y = self.kept(x)
        # TODO(torch2ms): [T2M303] torch changes the tensor in place, and x with it; in MindSpore
        #   only this name changes
        y += 1
        return x + y


class Far(nn.Cell):
    def __init__(self):
        super().__init__()
        self.far = Farthest()

    def construct(self, x):
        x = x - 0.5
        # TODO(torch2ms): [T2M303] torch changes the tensor in place, and x with it; in MindSpore
        #   only this name changes
        y = self.far(x)
        return x + y
