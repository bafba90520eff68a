import sys

import functools
import pkgutil
from mindspore import ops


@functools.cache
def of_torch(name):
    """What torch has under this name. Without torch it can be kept and derived from; ImportError where it is used."""
    try:
        return pkgutil.resolve_name(name)
    except ImportError:
        pass

    def refuse(*args, **kwargs):
        raise ImportError(f"{name} is used, and torch is not installed")

    def attribute(self, attr):
        raise AttributeError(attr) if attr.startswith("__") else ImportError(f"{name}.{attr} is used without torch")

    base = type(name.rpartition(".")[2], (), {"__new__": refuse, "apply": refuse})
    uses = dict.fromkeys(("__call__", "__instancecheck__", "__subclasscheck__"), refuse)
    uses |= dict.fromkeys(("__or__", "__ror__"), lambda self, other: object)  # in annotations
    return type("Missing", (), {**uses, "__getattr__": attribute, "__mro_entries__": lambda self, bases: (base,)})()


# TODO(torch2ms): [T2M205] convert it by hand (torch.overrides.TorchFunctionMode is not in the
#   tables)
Mode = of_torch("torch.overrides.TorchFunctionMode")

if sys.version_info > (3, 8):

    # TODO(torch2ms): [T2M205] convert it by hand (torch.overrides.TorchFunctionMode is not in the
    #   tables)
    class Quiet(of_torch("torch.overrides.TorchFunctionMode")):
        pass


def relu(x):
    return ops.relu(x)


def mode():
    return Mode() or Quiet()
