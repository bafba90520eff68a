"""What asks for parts of torch, for packages around it, or for more than whether a package is there."""

import importlib
import importlib.util
import sys
from importlib.metadata import version

MINIMUM = {"torch": "1.8", "numpy": "1.20"}


def check(package):
    if importlib.util.find_spec(package) is None or version(package) < MINIMUM[package]:
        raise ImportError(package)


def special(package):
    if package == "torch":
        return True
    return importlib.util.find_spec(package) is not None


def show(package):
    return f"{package}"


check("torch")
there = special("torch")
text = show("torch")
where = importlib.util.find_spec("torch").origin
lib = importlib.import_module("torch")
part = importlib.util.find_spec("torch.distributed") is not None
around = importlib.util.find_spec("torch_npu") is not None
module = sys.modules["torch"]
