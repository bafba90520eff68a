def loose(x):
    return x + 2
    # for old versions


def vision(x):
    return x + 3


