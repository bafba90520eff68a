"""Layers and functions of other files that give what they are given: who changes the result changes that."""

from mindspore import nn

from .layers import DropPath, First, Same, Twice, identity


class Dropped(nn.Cell):
    def __init__(self):
        super().__init__()
        self.drop = DropPath()

    def construct(self, x):
        x = x - 0.5
        y = self.drop(x)
        # TODO(torch2ms): [T2M303] torch changes the tensor in place, and x with it; in MindSpore
        #   only this name changes
        y += 1
        return x + y


class Kept(nn.Cell):
    def __init__(self):
        super().__init__()
        self.same = Same()
        self.twice = Twice()

    def construct(self, x):
        x = x - 0.5
        y = self.same(x)
        x = y = y * 2
        z = self.twice(x)
        z += 1
        v = identity(x)
        # TODO(torch2ms): [T2M303] torch changes the tensor in place, and x, y with it; in MindSpore
        #   only this name changes
        v += 3
        return x + y + z + v


class Passed(nn.Cell):
    def __init__(self):
        super().__init__()
        self.same = Same()
        self.act = nn.ReLU()

    def construct(self, x):
        x = x - 0.5
        y = self.same(x)
        y = x = self.act(y)
        return x + y


class Part(nn.Cell):
    def __init__(self):
        super().__init__()
        self.first = First()

    def construct(self, x):
        x = x - 0.5
        y = self.first(x)
        # TODO(torch2ms): [T2M303] torch changes the tensor in place, and x with it; in MindSpore
        #   only this name changes
        y += 1
        return x + y


class Inside(nn.Cell):
    def __init__(self):
        super().__init__()
        self.same = Same()

    def construct(self, x):
        x = x - 0.5
        # TODO(torch2ms): [T2M303] split it into two statements (the value is used while its
        #   receiver changes in place)
        return self.same(x).add_(1) + x
