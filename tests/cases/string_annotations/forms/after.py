from __future__ import annotations

from typing import TYPE_CHECKING, List, Literal, Optional

import mindspore as ms
from mindspore import nn, ops, Tensor

if TYPE_CHECKING:
    import torch


def scale(x: "Tensor", y: Optional["Tensor"], net: 'nn.Cell | None', how: Literal["torch"]) -> "List[Tensor]":
    kind: 'ms.Type' = x.dtype
    # TODO(torch2ms): [T2M205] convert by hand, or give a row of your own with --mappings
    #   (torch.fx.Graph in an annotation has no counterpart in the tables)
    left: "torch.fx.Graph | None" = None
    return [ops.relu(x).to(kind), left]
