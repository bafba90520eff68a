import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 4)
        self.norm = nn.LayerNorm(4)
        self.embed = nn.Embedding(5, 4)
        self.bias_scale = nn.Parameter(torch.ones(2))

    def forward(self, x):
        return self.norm(self.fc(x))


def in_loop(net: Net):
    first, second, third = [], [], []
    for name, p in net.named_parameters():
        if "bias" in name:
            first.append(tuple(p.shape))
        elif "norm.bias" not in name and len(p.shape) > 1:
            second.append(tuple(p.shape))
        if name == "fc.bias" or name == "norm.weight":
            third.append(tuple(p.shape))
    return first, second, third


def in_comprehension(net: Net):
    return (
        [tuple(p.shape) for n, p in net.named_parameters() if "weight" in n],
        [tuple(p.shape) for n, p in net.named_parameters() if "bias" not in n],
        {n.count("."): tuple(p.shape) for n, p in net.named_parameters() if n != "norm.bias"},
    )
