from mindspore import ops, Tensor


def view_as_complex(input):
    """A complex tensor from real and imaginary parts in the last dimension, as torch.view_as_complex does."""
    return ops.Complex()(input[..., 0], input[..., 1])


def parts(x: Tensor):
    z = view_as_complex(x)
    real, imag = ops.real(z), ops.imag(z)
    return real * imag, ops.view_as_real(z * 2), ops.view_as_real(0.5 * z) * x, ops.abs(real)


def given(x: Tensor, y: Tensor):
    return x * y / 2, (x * y).abs()
