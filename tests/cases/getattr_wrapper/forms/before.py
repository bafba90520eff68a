import torch
from torch import nn


class Wrapper(nn.Module):
    def __init__(self, module):
        super().__init__()
        self.module = module

    def __getattr__(self, name):
        try:
            return super().__getattr__(name)
        except AttributeError:
            return getattr(self.module, name)

    def forward(self, x):
        return self.module(x)


class Wrapper2(nn.Module):
    def __init__(self, module):
        super().__init__()
        self.module = module

    def __getattr__(self, name):
        if name == "module":
            return super().__getattr__("module")
        return getattr(self.module, name)

    def forward(self, x):
        return self.module(x)


class Wrapper3(nn.Module):
    def __init__(self, module):
        super().__init__()
        self.module = module

    def __getattr__(self, name):
        if name in self._modules:
            return self._modules[name]
        return getattr(self._modules["module"], name)

    def forward(self, x):
        return self.module(x)


class Inner(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 2)
        nn.init.ones_(self.fc.weight)
        nn.init.zeros_(self.fc.bias)
        self.width = 7

    def helper(self):
        return self.width

    def forward(self, x):
        return self.fc(x)


def main(cls):
    net = cls(Inner())
    out = net(torch.ones(1, 2)).detach().tolist()
    net.eval()
    return out, net.width, net.helper(), len(list(net.parameters())), [n for n, _ in net.named_parameters()]
