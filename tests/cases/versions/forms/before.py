import operator
import re

import torch
from packaging import version
from packaging.version import Version, parse
from torch import __version__ as torch_version
from torch.torch_version import TorchVersion


def parsed(x):
    if version.parse(torch.__version__) >= version.parse("2.0"):
        # torch 2
        x = x + 1
    else:
        x = x - 1
    if version.parse(version.parse(torch.__version__).base_version) < parse("1.8.0a0"):
        x = x * 3
    if Version(torch.__version__).release[:2] < (1, 10) or x.sum() > 1e6:
        x = x * 5
    return x


def cut(x):
    if tuple(int(n) for n in torch.__version__.split(".")[:2]) >= (1, 10):
        x = x + 1
    if [int(n) for n in torch.__version__.split("+")[0].split(".")[:2]] < [1, 5]:
        x = x * 2
    if tuple(map(int, torch.__version__.split(".")[:2])) == (1, 4):
        x = x * 3
    if int(torch.__version__.split(".")[0]) > 1:
        x = x + 4
    if float(torch.__version__[:3]) >= 1.6:
        x = x + 5
    return x


def texts(x):
    if torch.__version__.startswith("1."):
        x = x * 2
    elif torch.__version__ >= "1.10":
        # TorchVersion compares as a version
        x = x + 2
    else:
        x = x * 7
    if torch_version >= (1, 12) and not torch.__version__[0] == "1":
        x = x + 3
    if TorchVersion(torch.__version__) < TorchVersion("2.0"):
        x = x * 5
    if "1.7" in torch.__version__ or re.match(r"[01]\.", torch.version.__version__):
        x = x * 7
    if operator.lt(version.parse(torch.__version__), version.parse("1.2")):
        x = x * 11
    return x + (1 if torch.__version__ > "1.2.0" else 2)


def required(x):
    if version.parse(torch.__version__) < version.parse("1.4"):
        raise ImportError("torch 1.4 is needed")
    assert version.parse(torch.__version__) >= version.parse("1.4"), "torch 1.4 is needed"
    return torch.relu(x)


def leaves(x):
    if version.parse(torch.__version__) >= version.parse("1.7.0"):
        return x + 2
    # for old versions
    y = x * 2
    return torch.relu(y)
