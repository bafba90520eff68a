from functools import partial
from typing import TYPE_CHECKING

import functools
import pkgutil
from mindspore import ops, mint


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


if TYPE_CHECKING:
    from torch.fx import Tracer

if mint.distributed.is_available():
    if not TYPE_CHECKING:
        Tracer = of_torch("torch.fx.Tracer")
    # TODO(torch2ms): [T2M801] change the Cells: insert_child_to_cell, or
    #   mindspore.rewrite.SymbolTree (MindSpore has no graphs of Python code to edit)
    if mint.distributed.is_available() or Tracer:
        Interpreter = of_torch("torch.fx.Interpreter")
    else:
        Interpreter = None
else:
    Tracer = str

try:
    from numpy import not_there
except ImportError:  # older
    def not_there(x):
        from torch.fx import Graph

        # TODO(torch2ms): [T2M801] change the Cells: insert_child_to_cell, or
        #   mindspore.rewrite.SymbolTree (MindSpore has no graphs of Python code to edit)
        return isinstance(x, Graph)


def mapped(fn, leaf, x):
    return fn(x) if leaf is not None else x


class Kept(Tracer):
    pass


# TODO(torch2ms): [T2M801] change the Cells: insert_child_to_cell, or mindspore.rewrite.SymbolTree
#   (MindSpore has no graphs of Python code to edit)
over_leaves = partial(mapped, ops.exp, of_torch("torch.fx.Node"))
# TODO(torch2ms): [T2M801] change the Cells: insert_child_to_cell, or mindspore.rewrite.SymbolTree
#   (MindSpore has no graphs of Python code to edit)
over_keyword = partial(mapped, ops.exp, leaf=of_torch("torch.fx.Node"))


SKIPPED = (int,)
# TODO(torch2ms): [T2M801] change the Cells: insert_child_to_cell, or mindspore.rewrite.SymbolTree
#   (MindSpore has no graphs of Python code to edit)
SKIPPED += (str, of_torch("torch.fx.Proxy"))


def scale(x):
    return over_leaves(x)
