from mindspore import Tensor, ops


def complex_div(x, y):
    """The quotient of numbers or tensors, complex or real; the gradient of `x / y` is wrong for complex tensors."""

    def parts(value):
        if not isinstance(value, Tensor):
            return value.real, value.imag
        return (ops.real(value), ops.imag(value)) if value.is_complex() else (value, 0)

    (a, b), (c, d) = parts(x), parts(y)
    square = c * c + d * d
    return ops.Complex()((a * c + b * d) / square, (b * c - a * d) / square)
