from mindspore import ops, Tensor


def written(x: Tensor, y):
    x = x
    x, y = x, ops.relu(x)
    return x, y
