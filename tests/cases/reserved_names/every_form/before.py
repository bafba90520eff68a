import torch
import torch.nn as nn


class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(2, 1)
        self._phase = 3
        self.cells = nn.ModuleList([nn.Linear(2, 2)])
        self.register_parameter("bprop", nn.Parameter(torch.ones(1)))
        self.register_buffer("phase", torch.ones(1))

    def get_parameters(self):
        return list(self.fc.parameters())

    name_cells = 3
    alias = get_parameters

    @property
    def mixed_precision_type(self):
        return self._phase

    @mixed_precision_type.setter
    def mixed_precision_type(self, value):
        self._phase = value

    def forward(self, x):
        return self.fc(self.cells[0](x)) * self.bprop + self.phase


class Net(Base):
    def get_parameters(self):
        return super().get_parameters() + Base.get_parameters(self)


def use(model: nn.Module, other):
    return model.get_parameters(), other.get_parameters(), getattr(model, "cells"), other.phase


def main():
    net = Net()
    net.train()
    net.mixed_precision_type = 5
    return len(list(net.parameters())), len(net.get_parameters()), len(net.alias()), Net.name_cells, net._phase, hasattr(net, "cells")
