import itertools

from mindspore import nn
from mindspore.experimental import optim


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
        self.body = nn.SequentialCell(nn.Dense(3, 4), nn.BatchNorm1d(4))
        self.head = nn.Dense(4, 2)
        for p in self.head.get_parameters():
            p.requires_grad = False


def sizes(optimizer: optim.SGD):
    return [(len(group["params"]), float(str(group["lr"].asnumpy()))) for group in optimizer.param_groups]


def plain(net: Net):
    return sizes(optim.SGD(net.body.trainable_params(), lr=0.1))


def filtered(net: Net):
    return sizes(optim.SGD(net.trainable_params(), lr=0.1))


def groups(net: Net):
    return sizes(optim.SGD([
        {"params": net.body[0].trainable_params()},
        {"params": net.body[1].trainable_params(), "lr": 0.5},
    ], lr=0.25))


def chained(net: Net):
    return sizes(optim.SGD(itertools.chain(parameters(net.body[0]), parameters(net.body[1])), lr=0.1))
