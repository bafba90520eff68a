from typing import Generic, NamedTuple, Optional, TypeVar

import torch
from torch import Tensor

T = TypeVar("T")
Out = NamedTuple("Out", [("logits", Tensor)])
Out.__annotations__ = {"logits": torch.Tensor, "aux": Optional[Tensor]}


class Base(Generic[T]):
    pass


class Ops(Base[torch.Tensor]):
    kinds = (torch.Tensor, int)


def register(function, kind):
    def keep(kernel):
        kernel.kind = kind
        return kernel
    return keep


@register(print, torch.Tensor)
def relu(x):
    return torch.relu(x)


hints = {"x": torch.Tensor, torch.Tensor: 3}


def run(x):
    return relu(x) if isinstance(x, (*Ops.kinds, str)) and relu.kind is hints["x"] else x
