from __future__ import annotations

from typing import TYPE_CHECKING, List, Literal, Optional

import torch
from torch import nn

if TYPE_CHECKING:
    from torch import Tensor


def scale(x: "torch.Tensor", y: Optional["Tensor"], net: 'nn.Module | None', how: Literal["torch"]) -> "List[Tensor]":
    kind: 'torch.dtype' = x.dtype
    left: "torch.fx.Graph | None" = None
    return [torch.relu(x).to(kind), left]
