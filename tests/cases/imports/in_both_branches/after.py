import sys

import functools
import pkgutil
from mindspore import ops, Tensor


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


if sys.version_info > (3, 8):
    BlockMask = of_torch("torch.nn.attention.flex_attention.BlockMask")
else:
    # TODO(torch2ms): [T2M206] wrap it in a function that calls it the MindSpore way (torch.Tensor
    #   is used as a value, and its counterpart takes other arguments)
    BlockMask = of_torch("torch.Tensor")


def mask(x: Tensor, kind: Tensor | BlockMask | None = None) -> Tensor | BlockMask:
    if isinstance(x, Tensor) or isinstance(x, BlockMask):
        return ops.relu(x)
    from torch.nn.attention.flex_attention import create_block_mask

    # TODO(torch2ms): [T2M205] convert it by hand
    #   (torch.nn.attention.flex_attention.create_block_mask is not in the tables)
    return create_block_mask(x)
