import torch
import torch.nn as nn
import torch.nn.functional as F


class Conv(nn.Conv2d):
    def __init__(self, width, out, kernel_size, padding=None):
        super().__init__(width, out, kernel_size, padding=1, bias=False)


class Lin(nn.Linear):
    def __init__(self, a, b, bias=True):
        super(Lin, self).__init__(a, b, bias=bias)
        self.gain = 2

    def forward(self, x):
        return super().forward(x) * self.gain


class Norm(nn.BatchNorm2d):
    def __init__(self, width):
        super().__init__(width, momentum=0.01)


class Loss(nn.MSELoss):
    def __init__(self):
        super().__init__(reduction="sum")
