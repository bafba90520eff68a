import sys

from numpy import __version__ as version
import mindspore as ms
from mindspore import ops


def is_there():
    return version > "1" and sys.version_info > (3, 8)


if is_there():
    pass

if is_there():
    pass
else:
    print("one device")

if is_there():
    KINDS = {"float": ms.float32}


def relu(x):
    return ops.relu(x).to(KINDS["float"])


def save(x, name):
    import torch

    # TODO(torch2ms): [T2M205] convert it by hand (torch.package.PackageExporter is not in the
    #   tables)
    return torch.package.PackageExporter(name).save_pickle("x", "x", x)


def gathered(x):
    from torch.distributed import all_gather_object

    found = []
    # TODO(torch2ms): [T2M702] mindspore.mint.distributed.all_gather_object (objects)
    all_gather_object(found, x)
    return found
