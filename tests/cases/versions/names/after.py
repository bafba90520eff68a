from mindspore import nn
from packaging import version

TORCH_VERSION = version.parse("2.13.0")  # read below
MINIMUM = "1.8.0"

import collections.abc as container_abcs


def at_least(text):
    return TORCH_VERSION >= version.parse(text)


class Net(nn.Cell):
    new = True

    def __init__(self):
        super().__init__()
        self.flash = True
        self.fc = nn.Dense(3, 3)

    def construct(self, x):
        if self.flash:
            x = x + 1
        if self.new:
            x = x + 2
        return self.fc(x) if at_least("1.5") else x


def kinds(x):
    return isinstance([x], container_abcs.Sequence)
