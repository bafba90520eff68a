import math

from mindspore import nn, ops, Parameter


def named_parameters(cell, buffers=(), recurse=True):
    """Names and parameters of a cell, trainable or frozen, without moving statistics and those named in `buffers`.

    Norm layers with affine=False hold a scale and a shift all the same: torch has none.
    """
    left_out = ("moving_mean", "moving_variance", *buffers)
    plain = [part for _, part in cell.cells_and_names() if not getattr(part, "affine", True)]
    idle = {id(p) for part in plain for p in part.get_parameters(expand=False)}
    found = [(name, p) for name, p in cell.parameters_and_names(expand=recurse) if id(p) not in idle]
    return [(name, p) for name, p in found if name.split(".")[-1] not in left_out]


def parameters(cell, buffers=(), recurse=True):
    """The parameters of a cell, trainable or frozen, without moving statistics and without those named in `buffers`.

    Norm layers with affine=False hold a scale and a shift all the same: torch has none.
    """
    left_out = ("moving_mean", "moving_variance", *buffers)
    plain = [part for _, part in cell.cells_and_names() if not getattr(part, "affine", True)]
    idle = {id(p) for part in plain for p in part.get_parameters(expand=False)}
    found = [(name, p) for name, p in cell.parameters_and_names(expand=recurse) if id(p) not in idle]
    return [p for name, p in found if name.split(".")[-1] not in left_out]


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.body = nn.Dense(3, 4)
        self.norm = nn.BatchNorm1d(4)
        self.head = nn.Dense(4, 2)
        self.steps = Parameter(ops.zeros((7,)), requires_grad=False)
        for p in self.body.get_parameters():
            p.requires_grad = False

    def construct(self, x):
        return self.head(self.norm(self.body(x)))


def count(net: nn.Cell):
    return sum(p.numel() for p in parameters(net, ("steps",)))


def size(net: nn.Cell):
    return math.sqrt(sum(p.numel() for _, p in named_parameters(net, ("steps",))))


def main(net: nn.Cell):
    return count(net), size(net), [tuple(p.shape) for p in parameters(net, ("steps",))]
