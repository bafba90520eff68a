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


class Counting(nn.Cell):
    def __init__(self):
        super().__init__()
        self.weight = Parameter(ops.ones((3,)))
        self.steps = Parameter(ms.tensor([3]), requires_grad=False)

    def construct(self, x):
        return x * self.weight


def flat(model):
    # TODO(torch2ms): [T2M308] leave them out, or make them a buffer (MindSpore joins parameters of
    #   one dtype alone; nn.Parameter(torch.tensor([3]), requires_grad=False) holds integers)
    #   [T2M307] parameters are told from buffers by name: buffers that other files register are not
    #   known here
    return ops.cat([parameter.reshape(-1) for parameter in parameters(model)])
