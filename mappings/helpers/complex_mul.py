from mindspore import Tensor, ops


def complex_mul(x, y):
    """The product of numbers or tensors, complex or real; `x * y` has no gradient for complex tensors."""

    def parts(value):
        if not isinstance(value, Tensor):
            return value.real, value.imag
        return (ops.real(value), ops.imag(value)) if value.is_complex() else (value, 0)

    (a, b), (c, d) = parts(x), parts(y)
    return ops.Complex()(a * c - b * d, a * d + b * c)
