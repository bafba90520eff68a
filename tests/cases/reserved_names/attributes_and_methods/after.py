from mindspore import nn


class Cell(nn.Cell):
    def __init__(self, phase):
        super().__init__()
        self.phase_ = phase
        self.cells_ = nn.CellList([nn.Sigmoid()])
        self.recompute_ = False

    def compile_(self, level):
        return self.cells_[level]

    def construct(self, x):
        for cell in self.cells_:
            x = cell(x)
        if self.phase_ == "train" and not self.recompute_:
            x = self.compile_(0)(x)
        return x


class Wide(Cell):
    def width(self):
        return len(self.cells_)


def run(x):
    net = Cell("train")
    net.phase_ = "eval"
    return net(x), len(net.cells_), Wide("eval").phase_
