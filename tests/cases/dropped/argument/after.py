from mindspore import ops, Tensor


def grid(x: Tensor):
    a = ops.arange(3)
    b = ops.zeros((3,))
    return x + a + b
