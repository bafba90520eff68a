from torch import nn


class Scaling(nn.Module):
    def forward(self, x):
        x.mul_(3)
        return x
