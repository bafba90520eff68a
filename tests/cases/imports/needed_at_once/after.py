import functools
import pkgutil
from mindspore import ops
import torch.distributed as dist


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
    def forward(ctx, x, mask):
        ctx.mark_dirty(x)
        # TODO(torch2ms): [T2M303] torch changes the tensor that is passed in, MindSpore only this
        #   name: no caller may use it afterwards
        return x * 2


# TODO(torch2ms): [T2M801] change the Cells: insert_child_to_cell, or mindspore.rewrite.SymbolTree
#   (MindSpore has no graphs of Python code to edit)
class Tracer(of_torch("torch.fx.Tracer")):
    pass


# TODO(torch2ms): [T2M205] convert it by hand (torch.nn.utils.prune.L1Unstructured is not in the
#   tables)
def pruned(net, method=of_torch("torch.nn.utils.prune.L1Unstructured")):
    return method(net)


# TODO(torch2ms): [T2M205] convert it by hand (torch.distributed.algorithms.join is not in the
#   tables)
@dist.algorithms.join
def joined(x):
    # TODO(torch2ms): [T2M702] mindspore.communication.GlobalComm.BACKEND (another library)
    return dist.get_backend()


class Holder:
    # TODO(torch2ms): [T2M205] convert it by hand (torch.nn.attention.SDPBackend is not in the
    #   tables)
    kind = of_torch("torch.nn.attention.SDPBackend")

    def get(self):
        from torch.nn import attention

        # TODO(torch2ms): [T2M205] convert it by hand (torch.nn.attention.SDPBackend.MATH is not in
        #   the tables)
        return attention.SDPBackend.MATH


# TODO(torch2ms): [T2M201] nn.FractionalMaxPool2d of MindSpore takes _random_samples (the pooling
#   regions are random and drawn differently)
handlers = {"pool": lambda: of_torch("torch.nn.FractionalMaxPool2d")(2, output_size=2)}


def pool(x):
    from torch import nn

    # TODO(torch2ms): [T2M201] nn.FractionalMaxPool2d of MindSpore takes _random_samples (the
    #   pooling regions are random and drawn differently)
    return nn.FractionalMaxPool2d(2, output_size=2)(ops.relu(x))
