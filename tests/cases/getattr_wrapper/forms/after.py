from mindspore import nn, ops
from mindspore.common.initializer import initializer


class Wrapper(nn.Cell):
    def __init__(self, module):
        super().__init__()
        self.module = module

    def __getattr__(self, name):
        if name == "module":
            return super().__getattr__(name)
        try:
            return super().__getattr__(name)
        except AttributeError:
            return getattr(self.module, name)

    def construct(self, x):
        return self.module(x)


class Wrapper2(nn.Cell):
    def __init__(self, module):
        super().__init__()
        self.module = module

    def __getattr__(self, name):
        if name == "module":
            return super().__getattr__("module")
        return getattr(self.module, name)

    def construct(self, x):
        return self.module(x)


class Wrapper3(nn.Cell):
    def __init__(self, module):
        super().__init__()
        self.module = module

    # TODO(torch2ms): [T2M305] begin with: if '_cells' not in self.__dict__: raise
    #   AttributeError(name) (a Cell asks itself for attributes while it is built: what is missing
    #   has to be an AttributeError)
    def __getattr__(self, name):
        if name in self._cells:
            return self._cells[name]
        return getattr(self._cells["module"], name)

    def construct(self, x):
        return self.module(x)


class Inner(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(2, 2)
        self.fc.weight.set_data(initializer("ones", self.fc.weight.shape, self.fc.weight.dtype))
        self.fc.bias.set_data(initializer("zeros", self.fc.bias.shape, self.fc.bias.dtype))
        self.width = 7

    def helper(self):
        return self.width

    def construct(self, x):
        return self.fc(x)


def main(cls):
    net = cls(Inner())
    out = ops.stop_gradient(net(ops.ones((1, 2)))).tolist()
    net.set_train(False)
    return out, net.width, net.helper(), len(list(net.trainable_params())), [n for n, _ in [(name, p) for name, p in net.parameters_and_names() if p.requires_grad]]
