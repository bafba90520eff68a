import torch
import torch.nn as nn


class LayerNorm2d(nn.LayerNorm):
    def __init__(self, width, **kwargs):
        super().__init__(width, **kwargs)

    def forward(self, x):
        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)


class Reflected(nn.Conv2d):
    def __init__(self, width, kernel_size):
        super().__init__(width, width, kernel_size, padding=kernel_size // 2, padding_mode="reflect")
