import torch
import torchvision
from distutils.version import LooseVersion
from packaging import version


def loose(x):
    if LooseVersion(torch.__version__) >= LooseVersion("1.7.0"):
        return x + 2
    # for old versions
    y = x * 2
    return torch.relu(y)


def vision(x):
    if float(torchvision.__version__[:3]) < 0.1 or version.parse(torchvision.__version__) < version.parse("0.8"):
        return x * 2
    if torch.version.hip is not None:
        return x * 3
    return x + 3


if version.parse(torchvision.__version__) < version.parse("0.7"):
    from torchvision.ops import _new_empty_tensor
