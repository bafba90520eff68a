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
    def __init__(self, frozen):
        super().__init__()
        self.backbone = nn.SequentialCell(nn.Dense(3, 3), nn.ReLU())
        self.neck = nn.Dense(3, 3)
        self.head = nn.Dense(3, 3)
        self.tail = nn.Dense(3, 3)
        self.last = nn.Dense(3, 3)
        self.temperature = Parameter(ops.ones((1,)), requires_grad=False)
        self.scale = Parameter(ops.ones((1,)), requires_grad=frozen)
        for p in self.backbone.get_parameters():
            p.requires_grad = False
        for param in self.neck.get_parameters():
            param.requires_grad = False
        self.head.weight.requires_grad = False
        for name, p in named_parameters(self.head):
            if "bias" in name or name.split(".")[-1] == "beta":
                p.requires_grad = False
            else:
                p.requires_grad = True
        for param in parameters(self.tail):
            param.requires_grad = frozen
        self.tail.weight.requires_grad = True
        self.last.bias.requires_grad = False
        for param in parameters(self.last):
            param.requires_grad = True
        self.count = len([p for p in self.trainable_params() if p.requires_grad])

    def construct(self, x):
        x = self.tail(self.head(self.neck(self.backbone(x))))
        return self.last(x) * self.temperature * self.scale, self.count
