"""Reads of a name that another value reaches first, or may reach as well."""

from types import SimpleNamespace

from mindspore import nn, ops


class First(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 3)

    def head(self, x):
        return SimpleNamespace(logits=self.fc(x))

    def construct(self, x):
        out = self.head(x)
        y = ops.stop_gradient(out.logits) * 2
        out = self.head(x)
        return out.logits * y


class Turns(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 3)

    def head(self, x):
        return SimpleNamespace(logits=self.fc(x))

    def construct(self, x):
        total = 0.0
        for _ in range(2):
            out = self.head(x)
            total = total + out.logits
            out = self.head(x)
            total = total * ops.stop_gradient(out.logits)
        return total


class Either(nn.Cell):
    def __init__(self, head, frozen):
        super().__init__()
        self.head = head
        self.frozen = frozen

    def construct(self, x):
        if self.frozen:
            # TODO(torch2ms): [T2M404] wrap what is used later in ops.stop_gradient (out.logits may
            #   carry a gradient out of the block, or one that is to be kept)
            out = self.head(x)
        else:
            out = self.head(x)
        return out.logits * 2
