import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential()
        self.body.add_module("fc", nn.Linear(3, 3))
        self.more = nn.ModuleList()
        self.more.append(nn.Linear(3, 3))
        self.by_name = nn.ModuleDict({"a": nn.Linear(3, 3)})
        self.layers = []
        setattr(self, "extra", nn.Linear(3, 3))

    def forward(self, x):
        for name, m in self.body._modules.items():
            x = m(x)
        for m in list(self.children())[:1]:
            x = m(x)
        for m in self.more:
            x = m(x)
        total = sum(1 for m in self.modules() if m is not self)
        dense = any(isinstance(m, nn.Linear) for m in self.modules())
        places = [i for i, m in enumerate(self.modules()) if isinstance(m, nn.Linear)]
        return self.by_name["a"](x) + self.extra(x), total, dense, places


def zero(m):
    if isinstance(m, nn.Linear):
        nn.init.zeros_(m.weight)


def init(net: nn.Module):
    found = [isinstance(m, nn.Linear) for m in net.modules()]
    for (name, m) in net.named_children():
        found.append(name)
    net.apply(zero)
    return found
