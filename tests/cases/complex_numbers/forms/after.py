import numpy as np
from mindspore import nn, ops, Tensor


def broadcast_tensors(*tensors):
    """Broadcast tensors to their common shape, as torch.broadcast_tensors does."""
    shape = np.broadcast_shapes(*[t.shape for t in tensors])
    return tuple(ops.broadcast_to(t, shape) for t in tensors)


def complex_div(x, y):
    """The quotient of numbers or tensors, complex or real; the gradient of `x / y` is wrong for complex tensors."""

    def parts(value):
        if not isinstance(value, Tensor):
            return value.real, value.imag
        return (ops.real(value), ops.imag(value)) if value.is_complex() else (value, 0)

    (a, b), (c, d) = parts(x), parts(y)
    square = c * c + d * d
    return ops.Complex()((a * c + b * d) / square, (b * c - a * d) / square)


def complex_mul(x, y):
    """The product of numbers or tensors, complex or real; `x * y` has no gradient for complex tensors."""

    def parts(value):
        if not isinstance(value, Tensor):
            return value.real, value.imag
        return (ops.real(value), ops.imag(value)) if value.is_complex() else (value, 0)

    (a, b), (c, d) = parts(x), parts(y)
    return ops.Complex()(a * c - b * d, a * d + b * c)


def view_as_complex(input):
    """A complex tensor from real and imaginary parts in the last dimension, as torch.view_as_complex does."""
    return ops.Complex()(input[..., 0], input[..., 1])


def precompute_freqs_cis(dim: int, end: int, theta: float = 10000.0):
    freqs = 1.0 / (theta ** (ops.arange(0, dim, 2)[: (dim // 2)].float() / dim))
    t = ops.arange(end).float()
    freqs = ops.outer(t, freqs)
    return ops.polar(ops.ones_like(freqs), freqs)  # complex64


def apply_rotary_emb(xq: Tensor, xk: Tensor, freqs_cis: Tensor):
    xq_ = view_as_complex(xq.float().reshape(*xq.shape[:-1], -1, 2))
    xk_ = view_as_complex(xk.float().reshape(*xk.shape[:-1], -1, 2))
    freqs_cis = freqs_cis.view(1, xq_.shape[1], 1, xq_.shape[-1])
    xq_out = ops.view_as_real(complex_mul(xq_, freqs_cis)).flatten(start_dim=3)
    xk_out = ops.view_as_real(complex_mul(xk_, freqs_cis)).flatten(start_dim=3)
    return xq_out.astype(xq.dtype), xk_out.astype(xk.dtype)


class Attention(nn.Cell):
    """LLaMA's."""

    def __init__(self):
        super().__init__()
        self.query = nn.Dense(8, 8)
        self.key = nn.Dense(8, 8)

    def construct(self, x):
        freqs_cis = precompute_freqs_cis(4, x.shape[1])
        q = self.query(x).view(*x.shape[:2], 2, 4)
        k = self.key(x).view(*x.shape[:2], 2, 4)
        q, k = apply_rotary_emb(q, k, freqs_cis)
        return (q * k).sum(-1)


class AutoCorrelation(nn.Cell):
    def construct(self, queries, keys):
        q_fft = ops.rfft(queries.contiguous(), dim=-1)
        k_fft = ops.rfft(keys.contiguous(), dim=-1)
        res = complex_mul(q_fft, ops.conj(k_fft))
        return ops.irfft(res, dim=-1)


def forms(x: Tensor, y: Tensor):
    a = ops.Complex()(*broadcast_tensors(x, y))
    b = ops.conj(a)
    product = complex_mul(a, b[:1]) + complex_mul(a, b)
    quotient = complex_div(a, b + 2)
    product = complex_mul(product, a)
    return ops.real(product), ops.imag(quotient), ops.ComplexAbs()(a), ops.ComplexAbs()(a).sum(), ops.imag(a * 2)
