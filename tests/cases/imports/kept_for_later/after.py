import functools
import pkgutil
from mindspore import nn


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


# TODO(torch2ms): [T2M401] subclass nn.Cell, write construct and bprop(self, *inputs, out, dout) (a
#   function with a backward of its own, with more in it than a forward and a backward)
class Doubled(of_torch("torch.autograd.Function")):
    @staticmethod
    def forward(ctx, x):
        ctx.mark_dirty(x)
        # TODO(torch2ms): [T2M303] torch changes the tensor that is passed in, MindSpore only this
        #   name: no caller may use it afterwards
        return x * 2


# TODO(torch2ms): [T2M801] change the Cells: insert_child_to_cell, or mindspore.rewrite.SymbolTree
#   (MindSpore has no graphs of Python code to edit)
class Tracer(of_torch("torch.fx.Tracer")):
    def is_leaf_module(self, m, name):
        return isinstance(m, nn.Conv2d)


# TODO(torch2ms): [T2M801] change the Cells: insert_child_to_cell, or mindspore.rewrite.SymbolTree
#   (MindSpore has no graphs of Python code to edit)
GRAPHS = {"graph": of_torch("torch.fx.Graph"), "node": of_torch("torch.fx.Node")}
# TODO(torch2ms): [T2M801] change the Cells: insert_child_to_cell, or mindspore.rewrite.SymbolTree
#   (MindSpore has no graphs of Python code to edit)
make = lambda: of_torch("torch.fx.Graph")()  # noqa: E731


class Scaled(nn.Cell):
    # TODO(torch2ms): [T2M801] change the Cells: insert_child_to_cell, or
    #   mindspore.rewrite.SymbolTree (MindSpore has no graphs of Python code to edit)
    tracer = of_torch("torch.fx.Tracer")

    # TODO(torch2ms): [T2M801] change the Cells: insert_child_to_cell, or
    #   mindspore.rewrite.SymbolTree (MindSpore has no graphs of Python code to edit)
    def __init__(self, factor=2.0, graph=of_torch("torch.fx.Graph"), *, node=of_torch("torch.fx.Node")):
        super().__init__()
        self.factor = factor
        self.kinds = (graph, node)

    def construct(self, x):
        return x * self.factor + len(self.kinds)


def run(x):
    return x * len(GRAPHS) if issubclass(Tracer, object) and callable(make) else x
