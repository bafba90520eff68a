from mindspore import ops

x = ops.arange(3.0)
same = ops.isclose(x, x * 2)


def evaluated(y):
    near = ops.stop_gradient(ops.isclose(y, y * 2))
    return near, ops.logical_and(y > 0, y < 1)
