import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.blocks = nn.ModuleList([nn.Linear(3, 4), nn.Linear(4, 3, bias=False)])
        self.gain = nn.Parameter(torch.ones(2))


def counts(net: Net):
    by_block = [sum(p.numel() for p in block.parameters()) for block in net.blocks]
    by_child = [(name, len(list(child.parameters()))) for name, child in net.named_children()]
    own = [name for name, p in net.named_parameters(recurse=False)]
    return by_block, by_child, own, len(list(net.parameters(recurse=False)))
