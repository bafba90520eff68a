from mindspore import ops, Tensor


def run(a: Tensor, b: Tensor):
    x = a + b
    x += 1
    y = ops.ones((3,))
    y *= 2
    z = a.copy()
    z -= b
    w = x[0] * 2
    w /= 3
    return x + y + z + w
