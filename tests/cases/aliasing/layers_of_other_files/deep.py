from torch import nn


class Clamp(nn.Module):
    def forward(self, x):
        return x.clamp_(min=0)


class Stem(nn.Module):
    def __init__(self):
        super().__init__()
        self.act = nn.ELU(inplace=True)
        self.smooth = nn.SiLU()
