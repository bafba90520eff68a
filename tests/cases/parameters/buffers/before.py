import torch
from torch import nn


class Part(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)
        self.register_buffer("mask", torch.ones(3, 3))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.part = Part()
        self.register_buffer("steps", torch.zeros(2))
        self.register_buffer("nothing", None)


def found(net: Net):
    shapes = [tuple(b.shape) for b in net.buffers()]
    names = [name for name, b in net.named_buffers()]
    own = [tuple(b.shape) for b in net.buffers(recurse=False)]
    return shapes, names, own, next(net.buffers()).shape, len(list(net.part.buffers()))
