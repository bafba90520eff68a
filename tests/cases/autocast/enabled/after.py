import functools
import pkgutil


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


def enabled(x, amp):
    import torch

    # TODO(torch2ms): [T2M201] mindspore.amp.auto_mixed_precision(net, 'O1') (MindSpore casts a
    #   network, not a block)
    with torch.autocast("cpu"):
        x = x * 2
    # TODO(torch2ms): [T2M201] mindspore.amp.auto_mixed_precision(net, 'O1') (MindSpore casts a
    #   network, not a block)
    with torch.autocast("cpu", enabled=amp):
        x = x * 2
    # TODO(torch2ms): [T2M201] False, unless amp was applied to the network (MindSpore casts a
    #   network and not a block)
    torch.set_autocast_enabled("cpu", True)
    return x


class Step:
    # TODO(torch2ms): [T2M201] mindspore.amp.auto_mixed_precision(net, 'O1') (MindSpore casts a
    #   network, not a block)
    autocast = of_torch("torch.autocast")
