from mindspore import ops


def parsed(x):
    # torch 2
    x = x + 1
    if x.sum() > 1e6:
        x = x * 5
    return x


def cut(x):
    x = x + 1
    x = x + 4
    x = x + 5
    return x


def texts(x):
    # TorchVersion compares as a version
    x = x + 2
    x = x + 3
    return x + (1)


def required(x):
    return ops.relu(x)


def leaves(x):
    return x + 2
    # for old versions
