from mindspore import ops


def complex_mul(x, y):
    """The product of tensors of which at least one is complex. The gradient of `x * y` does not exist in MindSpore."""
    a, b, c, d = ops.real(x), ops.imag(x), ops.real(y), ops.imag(y)
    return ops.Complex()(a * c - b * d, a * d + b * c)
