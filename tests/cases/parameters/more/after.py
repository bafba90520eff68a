import mindspore as ms
from mindspore import nn, ops, Parameter


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
        self.steps = Parameter(ops.zeros((2,), ms.int32), requires_grad=False)
        self.fc = nn.Dense(3, 4)
        self.bn = nn.BatchNorm1d(4)

    def construct(self, x):
        return self.bn(self.fc(x.to(next(iter(parameters(self, ("steps",)))).dtype)))


def kind(net: Net):
    return type((p for p in net.trainable_params())).__name__


def skipped(net: Net):
    found = []
    for name, p in net.parameters_and_names():
        if p.requires_grad:
            found.append((name, tuple(p.shape)))
    return found[:2]


def statistics(net: Net):
    # TODO(torch2ms): [T2M301] num_batches_tracked and buffers that are not persistent are not among
    #   them
    return [tuple(b.shape) for b in net.untrainable_params()]
