import sys

from numpy import __version__ as version


def is_there():
    return version > "1" and sys.version_info > (3, 8)


if is_there():
    import torch
    import torch.nn.functional as F

if is_there():
    from torch.distributed import all_gather_object
else:
    print("one device")

if is_there():
    import torch

    KINDS = {"float": torch.float32}


def relu(x):
    return F.relu(x).to(KINDS["float"])


def save(x, name):
    return torch.package.PackageExporter(name).save_pickle("x", "x", x)


def gathered(x):
    found = []
    all_gather_object(found, x)
    return found
