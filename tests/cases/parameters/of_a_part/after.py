from mindspore import nn, ops, Parameter


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.blocks = nn.CellList([nn.Dense(3, 4), nn.Dense(4, 3, has_bias=False)])
        self.gain = Parameter(ops.ones((2,)))


def counts(net: Net):
    by_block = [sum(p.numel() for p in block.trainable_params()) for block in net.blocks]
    by_child = [(name, len(list(child.trainable_params()))) for name, child in net.name_cells().items()]
    own = [name for name, p in [(name, p) for name, p in net.parameters_and_names(expand=False) if p.requires_grad]]
    return by_block, by_child, own, len(list(net.trainable_params(recurse=False)))
