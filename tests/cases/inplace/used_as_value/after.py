from mindspore import ops, Tensor


def uniform_like(input, low=0, high=1):
    """Uniform random numbers in the shape and dtype of a tensor."""
    return low + (high - low) * ops.rand_like(input)


def run(a: Tensor, b: Tensor):
    z = (a + b) * 2
    v = a.copy().clamp(min=0) * 2
    x = a + b
    x = ops.relu(x)
    u = ops.relu(a + b)
    y = a - b
    y = ops.relu(y)
    w = a * b
    if b.sum() > 0:
        return w * 2
    return z + v + u + x + y


def left(a: Tensor, b: Tensor):
    x = a + b
    y = x = x + 1
    print(x.copy_(x.copy() * 2))
    return x, y


def drawn():
    return uniform_like(ops.zeros((100,)), 0, 1)
