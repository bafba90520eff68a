import collections
from dataclasses import dataclass

from mindspore import Tensor


class Output(collections.OrderedDict):
    pass


# Older names.


@dataclass
class Pair:
    first: Tensor
    second: Tensor




def symbolic(g, x, factor):
    return g.op("Mul", x, factor)


def register():
    pass


def factor():
    return 3.0


def shifted(x):
    return x + 1




def run(x):
    register()
    pair = Pair(shifted(x), x * factor())
    return pair.first * pair.second, len(Output(a=x))
