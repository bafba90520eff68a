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
        self.fc = nn.Dense(3, 4)
        self.bn = nn.BatchNorm1d(4)
        self.fixed = Parameter(ops.ones((5,)), requires_grad=False)
        self.steps = Parameter(ops.zeros((7,)), requires_grad=False)


def numbers(net: Net):
    # TODO(torch2ms): [T2M307] parameters are told from buffers by name: buffers that other files
    #   register are not known here
    return sum(p.numel() for p in parameters(net, ("steps",))), sum(p.numel() for p in net.trainable_params() if p.requires_grad)


def shapes(net: Net):
    # TODO(torch2ms): [T2M307] parameters are told from buffers by name: buffers that other files
    #   register are not known here
    return [tuple(p.shape) for p in parameters(net, ("steps",))], [tuple(p.shape) for _, p in named_parameters(net, ("steps",))]


def own(net: Net):
    # TODO(torch2ms): [T2M307] parameters are told from buffers by name: buffers that other files
    #   register are not known here
    return [p.requires_grad for p in parameters(net, ("steps",), recurse=False)], len(list(parameters(net.fc, ("steps",))))


def trained(net: Net):
    found = []
    for p in net.trainable_params():
        if not p.requires_grad:
            continue
        found.append(tuple(p.shape))
    return found
