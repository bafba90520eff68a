from mindspore import nn


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 4)
        self.bn = nn.BatchNorm1d(4)


def biases(net: Net):
    return [tuple(p.shape) for name, p in [(name, p) for name, p in net.parameters_and_names() if p.requires_grad] if name.endswith(('.bias', '.beta'))]


def decayed(net: Net):
    found = []
    for name, p in [(name, p) for name, p in net.parameters_and_names() if p.requires_grad]:
        if name.endswith(('weight', 'gamma', 'embedding_table')):
            found.append(tuple(p.shape))
    return found


def others(net: Net):
    return [tuple(p.shape) for name, p in [(name, p) for name, p in net.parameters_and_names() if p.requires_grad] if not ("bias" in name or name.split(".")[-1] == "beta")]
