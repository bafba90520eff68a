from mindspore import ops


def complex_div(x, y):
    """The quotient of tensors of which at least one is complex. The gradient of `x / y` is wrong in MindSpore."""
    a, b, c, d = ops.real(x), ops.imag(x), ops.real(y), ops.imag(y)
    square = c * c + d * d
    return ops.Complex()((a * c + b * d) / square, (b * c - a * d) / square)
