from functools import partial

from mindspore import nn, ops


class ReLU(nn.ReLU):
    """nn.ReLU with torch's parameters."""

    def __init__(self, inplace=False):
        super().__init__()


IN_PLACE = True
ACT = partial(ReLU, inplace=True)


class Constant(nn.Cell):
    def __init__(self):
        super().__init__()
        self.act = nn.ReLU()
        self.made = ACT()
        self.inplace = True

    def construct(self, x):
        keep = x
        x = keep = self.act(x)
        y = x - 1
        kept = y
        y = kept = self.made(y)
        z = y - 1
        same = z
        z = same = ops.relu(z)
        return x + keep, y + kept, z + same


class Passed(nn.Cell):
    def __init__(self, inplace=False):
        super().__init__()
        self.act = nn.ReLU()

    def construct(self, x):
        keep = x
        # TODO(torch2ms): [T2M303] torch changes the tensor in place, and keep with it; in MindSpore
        #   only this name changes
        x = self.act(x)
        return x + keep


class Outer(nn.Cell):
    def __init__(self):
        super().__init__()
        self.a = Passed()
        self.b = Passed(True)

    def construct(self, x):
        return self.a(x - 1) + self.b(x - 2)


class OrNothing(nn.Cell):
    def __init__(self, act=True):
        super().__init__()
        self.act = nn.ReLU() if act else nn.Identity()

    def construct(self, x):
        keep = x
        x = keep = self.act(x)
        return x + keep


class OneOfTwo(nn.Cell):
    def __init__(self, act=True):
        super().__init__()
        self.act = nn.ReLU() if act else nn.Sigmoid()

    def construct(self, x):
        keep = x
        # TODO(torch2ms): [T2M303] torch changes the tensor in place, and keep with it; in MindSpore
        #   only this name changes
        x = self.act(x)
        return x + keep


class Unseen(nn.Cell):
    def __init__(self, **options):
        super().__init__()
        self.act = ReLU(**options)

    def construct(self, x):
        keep = x
        # TODO(torch2ms): [T2M303] torch changes the tensor in place, and keep with it; in MindSpore
        #   only this name changes
        x = self.act(x)
        return x + keep


class Own(nn.ReLU):
    def __init__(self):
        super().__init__()


class OfOwnClass(nn.Cell):
    def __init__(self):
        super().__init__()
        self.act = Own()

    def construct(self, x):
        keep = x
        x = keep = self.act(x)
        return x + keep
