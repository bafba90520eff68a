from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 4)
        self.bn = nn.BatchNorm1d(4)


def biases(net: Net):
    return [tuple(p.shape) for name, p in net.named_parameters() if name.endswith(".bias")]


def decayed(net: Net):
    found = []
    for name, p in net.named_parameters():
        if name.endswith("weight"):
            found.append(tuple(p.shape))
    return found


def others(net: Net):
    return [tuple(p.shape) for name, p in net.named_parameters() if "bias" not in name]
