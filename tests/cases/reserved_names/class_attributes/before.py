from torch import nn


class Net(nn.Module):
    phase = "train"
    cells: int = 3

    def forward(self, x):
        return x if self.phase else x + self.cells


class Tall(Net):
    phase = ""
