from typing import Dict, List, Optional

from typing import TYPE_CHECKING
from mindspore import nn, ops, Tensor

if TYPE_CHECKING:
    import torch
    from torch import fx
    from torch.distributed import ProcessGroup


# TODO(torch2ms): [T2M801] change the Cells: insert_child_to_cell, or mindspore.rewrite.SymbolTree
#   (MindSpore has no graphs of Python code to edit)
#   [T2M205] convert by hand, or give a row of your own with --mappings (torch.fx.Node in an
#   annotation has no counterpart in the tables)
def relu(x: Tensor, graph: Optional["fx.Graph"] = None, nodes: "List[fx.Node]" = ()) -> Tensor:
    return ops.relu(x)


# TODO(torch2ms): [T2M702] a group is a name in MindSpore (another library)
#   [T2M801] change the Cells: insert_child_to_cell, or mindspore.rewrite.SymbolTree (MindSpore has
#   no graphs of Python code to edit)
def gather(x: Tensor, group: Optional["ProcessGroup | Tensor"], *more: Dict[str, "torch.fx.Node"]) -> "fx.Node | None":
    # TODO(torch2ms): [T2M801] change the Cells: insert_child_to_cell, or
    #   mindspore.rewrite.SymbolTree (MindSpore has no graphs of Python code to edit)
    kept: Dict[str, fx.Node] = {}
    return x, kept, more


class Pass:
    # TODO(torch2ms): [T2M801] change the Cells: insert_child_to_cell, or
    #   mindspore.rewrite.SymbolTree (MindSpore has no graphs of Python code to edit)
    graph: "fx.Graph"
    module: nn.Cell

    def __init__(self, graphs):
        from torch import fx

        # TODO(torch2ms): [T2M205] convert it by hand (torch.fx.Interpreter is not in the tables)
        self.last: Optional[fx.Interpreter] = None
        if graphs:
            # TODO(torch2ms): [T2M205] convert it by hand (torch.fx.Interpreter is not in the
            #   tables)
            self.last = fx.Interpreter(graphs[0])

    def run(self, nodes):
        from torch import fx

        for node in nodes:
            # TODO(torch2ms): [T2M205] convert it by hand (torch.fx.Interpreter is not in the
            #   tables)
            last: fx.Interpreter
            if node is not None:
                # TODO(torch2ms): [T2M205] convert it by hand (torch.fx.Interpreter is not in the
                #   tables)
                last = fx.Interpreter(node)
        return last
