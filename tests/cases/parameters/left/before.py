from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 4)


def method(net: Net):
    get = net.parameters
    return len(list(get()))


def prefixed(net: Net):
    return [name for name, p in net.named_parameters(prefix="net")]


def given(net: Net, args):
    return len(list(net.parameters(*args)))


def count(net: Net):
    return len(list(net.parameters()))
