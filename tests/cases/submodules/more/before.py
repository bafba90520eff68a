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
        for m in list(self.children())[:2]:
            print(m)
        total = sum(1 for m in self.modules() if m is not self)
        any(isinstance(m, nn.Linear) for m in self.modules())
        for i, m in enumerate(self.modules()):
            print(i, m)
        return self.by_name["a"](x), total


def init(net: nn.Module):
    [print(m) for m in net.modules()]
    for (name, m) in net.named_children():
        print(name, m)
    net.apply(init)
