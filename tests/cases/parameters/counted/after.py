from mindspore import nn, ops, Parameter


class Net(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(3, 4)
        self.bn = nn.BatchNorm1d(4)
        self.scale = Parameter(ops.ones((5,)))
        self.steps = Parameter(ops.zeros((7,)), requires_grad=False)


def numbers(net: Net):
    total = sum(p.numel() for p in net.trainable_params())
    trainable = sum(p.numel() for p in net.trainable_params() if p.requires_grad)
    filtered = sum(p.numel() for p in net.trainable_params())
    return total, trainable, filtered, len(list(net.trainable_params())), len(dict([(name, p) for name, p in net.parameters_and_names() if p.requires_grad]))


def shapes(net: Net):
    found = [tuple(p.shape) for p in net.trainable_params()]
    for i, p in enumerate(net.trainable_params()):
        found.append((i, p.ndim))
    for name, p in [(name, p) for name, p in net.parameters_and_names() if p.requires_grad]:
        if "fc" in name:
            found.append((name, tuple(p.shape)))
    return found


def values(net: Net):
    return sum(p.pow(2).sum() for p in net.trainable_params()), [ops.stop_gradient(p) for p in net.trainable_params()]


def among(net: Net):
    return any(p is net.steps for p in net.trainable_params()), any(p is net.scale for p in net.trainable_params())
