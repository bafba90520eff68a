import torch
from torch import nn


class Cell(nn.Module):
    def __init__(self, phase):
        super().__init__()
        self.phase = phase
        self.cells = nn.ModuleList([nn.Sigmoid()])
        self.recompute = False

    def compile(self, level):
        return self.cells[level]

    def forward(self, x):
        for cell in self.cells:
            x = cell(x)
        if self.phase == "train" and not self.recompute:
            x = self.compile(0)(x)
        return x


class Wide(Cell):
    def width(self):
        return len(self.cells)


def run(x):
    net = Cell("train")
    net.phase = "eval"
    return net(x), len(net.cells), Wide("eval").phase
