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


# TODO(torch2ms): [T2M201] ask for mindspore, and give the version of torch that the code was
#   written for (asks whether torch is there, and more than that)
check("torch")
# TODO(torch2ms): [T2M201] ask for mindspore, and give the version of torch that the code was
#   written for (asks whether torch is there, and more than that)
there = special("torch")
text = show("torch")
# TODO(torch2ms): [T2M201] ask for mindspore, and give the version of torch that the code was
#   written for (asks whether torch is there, and more than that)
where = importlib.util.find_spec("torch").origin
# TODO(torch2ms): [T2M104] write import torch (torch is imported by its name)
lib = importlib.import_module("torch")
# TODO(torch2ms): [T2M201] leave the question out (asks whether a part of torch is there)
part = importlib.util.find_spec("torch.distributed") is not None
around = importlib.util.find_spec("torch_npu") is not None
# TODO(torch2ms): [T2M201] import mindspore instead (the module of torch, found by its name)
module = sys.modules["torch"]
