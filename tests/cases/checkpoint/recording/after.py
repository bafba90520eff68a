from mindspore import ops


def never(x):
    return ops.stop_gradient(x + 1)


def inside(x):
    y = ops.stop_gradient(x + 1)
    z = x * 2
    return y + z
