from __future__ import annotations
from typing import Literal, Optional, List, TYPE_CHECKING
import torch
from torch import nn
import torch.nn.functional as F
if TYPE_CHECKING:
    from torch import Tensor
    from torch.optim.lr_scheduler import _LRScheduler


def f(x: "torch.Tensor", y: Optional["Tensor"], m: "nn.Module | None", z: Literal["torch"], s: "_LRScheduler") -> "List[torch.Tensor]":
    a: 'torch.dtype' = x.dtype
    b: "torch.foo.Bar" = 3
    return torch.relu(x)
