import typing
from collections.abc import Callable, Iterable
from typing import Any, Dict, List, Optional, TypeAlias, TypeVar, Union, cast

import functools
import pkgutil
from typing import TYPE_CHECKING
from mindspore import nn, ops, Tensor

if TYPE_CHECKING:
    import torch


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


Params = Union[Iterable[Tensor], Iterable[Dict[str, Any]]]
Step = Callable[[Tensor, Tensor], Tensor]
T = TypeVar("T", bound=nn.Cell)
Pair = typing.Tuple[Tensor, Optional[Tensor]]
Maybe = Tensor | None
Images = list[Tensor]
Ten = Tensor
# TODO(torch2ms): [T2M206] wrap it in a function that calls it the MindSpore way (torch.Tensor is
#   used as a value, and its counterpart takes other arguments)
Value = of_torch("torch.Tensor")


def relu(x: Ten, step: Step, params: Params = ()) -> List[Ten]:
    return [ops.relu(cast(Tensor, x))]


def run(x: Value) -> Value:
    return relu(x, relu)[0] if type(x) is not Value or x is not None else Value(x)

# TODO(torch2ms): [T2M205] convert it by hand (torch.UntypedStorage is not in the tables)
Storage: TypeAlias = "torch.UntypedStorage"


def stored(where: Storage, *more: Optional[Storage]) -> int:
    return len(more)
