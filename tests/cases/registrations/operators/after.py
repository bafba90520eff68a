from mindspore import ops



def doubled(x):
    return x * 2


def doubled_without_data(x):
    return ops.zeros_like(x)


def below(x):
    return doubled(x)


def plain(x):
    y = x + 1
    return y


def run(x):
    return plain(x) - 1
