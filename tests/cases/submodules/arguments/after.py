from mindspore import nn


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 3)


def walk(net: nn.Cell, memo):
    # TODO(torch2ms): [T2M202] drop the argument if it has no effect for you, or compute its effect
    #   separately (named_modules() with arguments has no counterpart)
    return [name for name, m in net.named_modules(memo=memo)]


def walk_twice(net: nn.Cell):
    # TODO(torch2ms): [T2M202] drop the argument if it has no effect for you, or compute its effect
    #   separately (named_modules() with arguments has no counterpart)
    return [name for name, m in net.named_modules(remove_duplicate=False)]


def walker(net: nn.Cell):
    # TODO(torch2ms): [T2M206] pass a function of your own that calls it (the method modules is used
    #   without being called)
    walk = net.modules
    return len(list(walk()))
