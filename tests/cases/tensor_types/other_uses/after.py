import functools
import pkgutil
from mindspore import Tensor


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


# TODO(torch2ms): [T2M206] wrap it in a function that calls it the MindSpore way (torch.FloatTensor
#   is used as a value, and its counterpart takes other arguments)
def converted(x, kind=of_torch("torch.FloatTensor")):
    return kind(x)


def names(x: Tensor):
    import torch

    # TODO(torch2ms): [T2M206] wrap it in a function that calls it the MindSpore way
    #   (torch.FloatTensor is used as a value, and its counterpart takes other arguments)
    Float = torch.FloatTensor
    # TODO(torch2ms): [T2M201] x.dtype is the MindSpore dtype (the name of a torch type)
    return {Float: "float"}, x.type()


def set_default():
    import torch

    # TODO(torch2ms): [T2M201] pass dtype= where tensors are made (MindSpore has no default dtype to
    #   set)
    #   [T2M206] wrap it in a function that calls it the MindSpore way (torch.DoubleTensor is used
    #   as a value, and its counterpart takes other arguments)
    torch.set_default_tensor_type(torch.DoubleTensor)
