from mindspore import nn


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 4)


def method(net: Net):
    # TODO(torch2ms): [T2M206] pass a function of your own that calls it (the method parameters is
    #   used without being called)
    get = net.parameters
    return len(list(get()))


def prefixed(net: Net):
    # TODO(torch2ms): [T2M202] put the prefix in front of the name (parameters_and_names() has no
    #   prefix)
    return [name for name, p in net.named_parameters(prefix="net")]


def given(net: Net, args):
    # TODO(torch2ms): [T2M203] write the arguments out by name (the arguments behind * or ** cannot
    #   be seen here)
    return len(list(net.parameters(*args)))


def count(net: Net):
    return len(list(net.trainable_params()))
