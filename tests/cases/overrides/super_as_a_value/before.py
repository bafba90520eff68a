import torch.nn as nn


class Conv(nn.Conv2d):
    def __init__(self, n):
        super().__init__(n, n, 1)
        nn.init.zeros_(self.weight)
        self.reset_parameters()

    def reset_parameters(self):
        super().reset_parameters()  # then the bias
        nn.init.ones_(self.bias)


class Net(nn.Module):
    def add(self, name, module):
        super().add_module(name, module)
        return super().get_submodule(name)

    def place(self):
        return super().cpu()

    def count(self):
        return sum(p.numel() for p in super().parameters(True))
