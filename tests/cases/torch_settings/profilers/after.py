from mindspore import ops


def relu(x):
    return ops.relu(x)


def steps(x):
    for _ in range(3):
        x = relu(x) + 1
    x = relu(x)
    return x


def written(x):
    x = relu(x)
    return x


def by_hand(x):
    # one line
    x = x * 2
    x = x + 3
    return x


def ranges(x):
    x = relu(x)
    x = x + 1
    return x
