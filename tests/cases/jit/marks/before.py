from typing import List

import torch
from torch import nn


@torch.jit.script
def add(a: torch.Tensor, b: torch.Tensor):
    torch._assert(a.shape == b.shape, "shapes differ")
    return a + b


class Net(nn.Module):
    sizes: torch.jit.Final[List[int]]

    @torch.jit.ignore
    def names(self):
        return []

    def forward(self, x: torch.Tensor):
        if torch.jit.is_scripting():
            return x
        assert not torch.jit.is_tracing()
        return add(x, x)


net = torch.compile(Net(), mode="reduce-overhead")
net = torch.compile(net)


def scripted():
    return torch.jit.script(net)
