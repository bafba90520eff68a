import importlib
import importlib.metadata
import importlib.util
import sys
from importlib.util import find_spec as found

NAME = 'torch'


def is_package_available(pkg_name):
    package_exists = importlib.util.find_spec(pkg_name) is not None
    if package_exists:
        try:
            importlib.metadata.version(pkg_name)
            return True
        except importlib.metadata.PackageNotFoundError:
            return False
    return False


def require(package):
    if not is_package_available(package):
        raise ImportError(f"{package} is not installed")


has = lambda package: found(package) is not None

_torch_available = is_package_available(pkg_name="torch")
_by_name = importlib.util.find_spec(NAME) is not None
_xla_available = found("torch_xla") is not None


def is_torch_available():
    return _torch_available


if is_torch_available():
    import torch
    import torch.nn.functional as F

if importlib.util.find_spec("torch") is not None:
    from torch import nn

try:
    import torch.optim as optim
except ImportError:
    optim = None

try:
    import torch.nn as layers
except ImportError:
    layers = None


def answers(x):
    require("torch")
    found_all = [has("torch"), _by_name, _xla_available, "torch" in sys.modules, sys.modules.get("torch") is not None]
    return torch.relu(x) * sum(found_all)


def module(x):
    if layers is None or not torch:
        raise RuntimeError("torch is needed")
    return F.relu(x) if torch is not None else x
