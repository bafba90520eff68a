import functools
import pkgutil
from mindspore import nn, ops, Tensor


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
    return type("Missing", (), {**uses, "__getattr__": attribute, "__mro_entries__": lambda self, bases: (base,)})()




def tripled(x: Tensor) -> Tensor:
    return x * 3


def tripled_fake(x):
    return ops.zeros_like(x)


class Net(nn.Cell):
    def construct(self, x):
        return tripled(ops.stop_gradient(x)) + x


# What is called in another way stays.
# TODO(torch2ms): [T2M801] operators registered in torch: mindspore.ops.Custom
other_op = of_torch("torch.library.custom_op")


def kept():
    return other_op("named::kept", lambda x: x, mutates_args=())
