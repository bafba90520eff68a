from mindspore import nn, ops, Parameter


class Part(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 3)
        self.mask = Parameter(ops.ones((3, 3)), requires_grad=False)


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.part = Part()
        self.steps = Parameter(ops.zeros((2,)), requires_grad=False)
        self.nothing = None


def found(net: Net):
    shapes = [tuple(b.shape) for b in net.untrainable_params()]
    names = [name for name, b in [(name, p) for name, p in net.parameters_and_names() if not p.requires_grad]]
    own = [tuple(b.shape) for b in net.untrainable_params(recurse=False)]
    return shapes, names, own, next(iter(net.untrainable_params())).shape, len(list(net.part.untrainable_params()))
