from functools import partial
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch.fx import Tracer

if torch.distributed.is_available():
    if not TYPE_CHECKING:
        from torch.fx import Tracer
    if torch.distributed.is_available() or Tracer:
        from torch.fx import Interpreter
    else:
        Interpreter = None
else:
    Tracer = str

try:
    from numpy import not_there
except ImportError:  # older
    from torch.fx import Graph

    def not_there(x):
        return isinstance(x, Graph)


def mapped(fn, leaf, x):
    return fn(x) if leaf is not None else x


class Kept(Tracer):
    pass


over_leaves = partial(mapped, torch.exp, torch.fx.Node)
over_keyword = partial(mapped, torch.exp, leaf=torch.fx.Node)


SKIPPED = (int,)
SKIPPED += (str, torch.fx.Proxy)


def scale(x):
    return over_leaves(x)
