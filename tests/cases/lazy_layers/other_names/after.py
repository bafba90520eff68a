import functools
import pkgutil
from mindspore import nn


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


class Net(nn.Cell):
    # TODO(torch2ms): [T2M206] write a function that makes the layer (a layer that waits for its
    #   first input is made by a helper, and is no class)
    def __init__(self, layer=of_torch("torch.nn.LazyLinear"), **options):
        import torch

        super().__init__()
        self.first = layer(4)
        # TODO(torch2ms): [T2M203] write the arguments out by name (the arguments cannot be seen
        #   here)
        self.second = torch.nn.LazyConv2d(4, 3, **options)
        channels = 2
        # TODO(torch2ms): [T2M203] call it something else (the name channels means something else
        #   here)
        self.third = torch.nn.LazyConv2d(channels, 3)

    def construct(self, x):
        return self.first(x)


def waits(m):
    import torch

    # TODO(torch2ms): [T2M201] write the layer with its number of input features (MindSpore has no
    #   layer that waits for its input's shape)
    #   [T2M206] write a function that makes the layer (a layer that waits for its first input is
    #   made by a helper, and is no class)
    return isinstance(m.weight, torch.nn.UninitializedParameter), isinstance(m, torch.nn.LazyLinear)
