import torch
import torch.nn as nn
import torch.nn.functional as F


class PatchMerging(nn.Module):
    """Swin's: every other row and column becomes a channel."""

    def forward(self, x):
        x0 = x[:, 0::2, 0::2, :]  # B H/2 W/2 C
        x1 = x[:, 1::2, 0::2, :]
        x2 = x[:, 0::2, 1::2, :]
        x3 = x[:, 1::2, 1::2, :]
        return torch.cat([x0, x1, x2, x3], -1)


class Focus(nn.Module):
    """YOLO's."""

    def __init__(self, stride=2):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 1)
        self.stride = stride

    def forward(self, x):
        y = torch.cat([x[..., ::2, ::2], x[..., 1::2, ::2]], 1)
        return self.conv(x)[:, ::2, 1::2], self.conv(x)[:, :, :: self.stride], y


class Shortcut(nn.Module):
    """Option A of ResNets for CIFAR."""

    def __init__(self, planes):
        super().__init__()
        self.shortcut = lambda x: F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, planes // 4, planes // 4), "constant", 0)

    def forward(self, x):
        return self.shortcut(x)


def bounded(x: torch.Tensor, start: int = 1):
    return x[:, 1:-1:2], x[:, start::2], x[..., :3:2, 0], x[:, -3::2]


def mixed(x: torch.Tensor, i: int = 1):
    return x[:, 1, ::2], x[::2, ::2], x[:, None, ::2], x[i, :2, 1::2], x[:, ::2, ..., ::2], x[:, ::1, ::2]


def unknown_axis(x: torch.Tensor, mask: torch.Tensor):
    return x[mask, ::2]
