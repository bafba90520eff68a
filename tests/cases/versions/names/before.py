import torch
import torch.nn.functional as F
from packaging import version
from torch import nn

TORCH_VERSION = version.parse(torch.__version__)  # read below
MINIMUM = "1.8.0"
HAS_FLASH = TORCH_VERSION >= version.parse(MINIMUM)
major, minor = (int(n) for n in torch.__version__.split(".")[:2])
_HAS_SDPA = hasattr(F, "scaled_dot_product_attention")
TORCH_MAJOR = int(torch.__version__.split(".")[0])
TORCH_MINOR = int(torch.__version__.split(".")[1])

if TORCH_MAJOR == 1 and TORCH_MINOR < 8:
    from torch._six import container_abcs
else:
    import collections.abc as container_abcs


def at_least(text):
    return TORCH_VERSION >= version.parse(text)


class Net(nn.Module):
    new = TORCH_VERSION >= version.parse("1.2")

    def __init__(self):
        super().__init__()
        self.flash = HAS_FLASH
        self.fc = nn.Linear(3, 3)

    def forward(self, x):
        if HAS_FLASH and self.flash:
            x = x + 1
        if x.sum() < 0 and not HAS_FLASH:
            x = x * 3
        if (major, minor) < (1, 10):
            x = x * 5
        elif self.new:
            x = x + 2
        if not _HAS_SDPA:
            x = x * 7
        number = torch.__version__.split("+")[0]
        number = number.split(".")
        if int(number[0]) == 1 and int(number[1]) < 9:
            x = x * 9
        return self.fc(x) if at_least("1.5") else x


def kinds(x):
    return isinstance([x], container_abcs.Sequence)
