import collections
from dataclasses import dataclass

import torch
from torch import fx
from torch.onnx.symbolic_helper import parse_args
from torch.utils import _pytree as pytree
from torch.utils._pytree import register_pytree_node


class Output(collections.OrderedDict):
    pass


register_pytree_node(
    Output,
    lambda output: (list(output.values()), list(output)),
    lambda values, keys: Output(zip(keys, values)),
    serialized_type_name="made.Output",
)
# Older names.
pytree._register_pytree_node(collections.UserDict, lambda d: (list(d), None), lambda values, _: values)


@dataclass
class Pair:
    first: torch.Tensor
    second: torch.Tensor


torch.export.register_dataclass(Pair, serialized_type_name="made.Pair")
torch.serialization.add_safe_globals([Pair, Output])


@parse_args("v", "f")
def symbolic(g, x, factor):
    return g.op("Mul", x, factor)


def register():
    torch.onnx.register_custom_op_symbolic("lib::scaled", symbolic, 11)


@torch.compiler.assume_constant_result
def factor():
    return 3.0


@fx.wrap
def shifted(x):
    return x + 1


torch._dynamo.allow_in_graph(shifted)
fx.wrap("len")


def run(x):
    register()
    with torch.serialization.safe_globals([Pair]):
        pair = Pair(shifted(x), x * factor())
    return pair.first * pair.second, len(Output(a=x))
