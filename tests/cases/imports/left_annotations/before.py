from typing import Dict, List, Optional

import torch
from torch import Tensor, fx, nn
from torch.distributed import ProcessGroup


def relu(x: Tensor, graph: Optional[fx.Graph] = None, nodes: "List[fx.Node]" = ()) -> torch.Tensor:
    return torch.relu(x)


def gather(x: Tensor, group: Optional[ProcessGroup | Tensor], *more: Dict[str, torch.fx.Node]) -> fx.Node | None:
    kept: Dict[str, fx.Node] = {}
    return x, kept, more


class Pass:
    graph: fx.Graph
    module: nn.Module

    def __init__(self, graphs):
        self.last: Optional[fx.Interpreter] = None
        if graphs:
            self.last = fx.Interpreter(graphs[0])

    def run(self, nodes):
        for node in nodes:
            last: fx.Interpreter
            if node is not None:
                last = fx.Interpreter(node)
        return last
