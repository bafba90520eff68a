"""Nothing evaluates the annotations of this file."""
from __future__ import annotations

from typing import TYPE_CHECKING

from mindspore import nn, ops, Tensor

if TYPE_CHECKING:
    from torch import fx
    from collections.abc import Sequence


# TODO(torch2ms): [T2M801] change the Cells: insert_child_to_cell, or mindspore.rewrite.SymbolTree
#   (MindSpore has no graphs of Python code to edit)
def relu(x: Tensor, nodes: Sequence[fx.Node] = ()) -> fx.Graph | Tensor:
    return ops.relu(x)


# TODO(torch2ms): [T2M801] change the Cells: insert_child_to_cell, or mindspore.rewrite.SymbolTree
#   (MindSpore has no graphs of Python code to edit)
def trace(net: nn.Cell) -> fx.GraphModule:
    from torch import fx

    # TODO(torch2ms): [T2M801] change the Cells: insert_child_to_cell, or
    #   mindspore.rewrite.SymbolTree (MindSpore has no graphs of Python code to edit)
    return fx.symbolic_trace(net)
