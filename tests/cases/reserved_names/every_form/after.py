from mindspore import nn, ops, Parameter


class Base(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(2, 1)
        self._phase_ = 3
        self.cells_ = nn.CellList([nn.Dense(2, 2)])
        self.bprop_ = Parameter(ops.ones((1,)))
        self.phase_ = Parameter(ops.ones((1,)), requires_grad=False)

    def get_parameters_(self):
        return list(self.fc.trainable_params())

    name_cells_ = 3
    alias = get_parameters_

    @property
    def mixed_precision_type_(self):
        return self._phase_

    @mixed_precision_type_.setter
    def mixed_precision_type_(self, value):
        self._phase_ = value

    def construct(self, x):
        return self.fc(self.cells_[0](x)) * self.bprop_ + self.phase_


class Net(Base):
    def get_parameters_(self):
        return super().get_parameters_() + Base.get_parameters_(self)


def use(model: nn.Cell, other):
    return model.get_parameters_(), other.get_parameters(), getattr(model, "cells_"), other.phase


def main():
    net = Net()
    net.set_train()
    net.mixed_precision_type_ = 5
    return len(list(net.trainable_params())), len(net.get_parameters_()), len(net.alias()), Net.name_cells_, net._phase_, hasattr(net, "cells_")
