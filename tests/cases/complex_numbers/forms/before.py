import torch
from torch import nn


def precompute_freqs_cis(dim: int, end: int, theta: float = 10000.0):
    freqs = 1.0 / (theta ** (torch.arange(0, dim, 2)[: (dim // 2)].float() / dim))
    t = torch.arange(end).float()
    freqs = torch.outer(t, freqs)
    return torch.polar(torch.ones_like(freqs), freqs)  # complex64


def apply_rotary_emb(xq: torch.Tensor, xk: torch.Tensor, freqs_cis: torch.Tensor):
    xq_ = torch.view_as_complex(xq.float().reshape(*xq.shape[:-1], -1, 2))
    xk_ = torch.view_as_complex(xk.float().reshape(*xk.shape[:-1], -1, 2))
    freqs_cis = freqs_cis.view(1, xq_.shape[1], 1, xq_.shape[-1])
    xq_out = torch.view_as_real(xq_ * freqs_cis).flatten(3)
    xk_out = torch.view_as_real(xk_ * freqs_cis).flatten(3)
    return xq_out.type_as(xq), xk_out.type_as(xk)


class Attention(nn.Module):
    """LLaMA's."""

    def __init__(self):
        super().__init__()
        self.query = nn.Linear(8, 8)
        self.key = nn.Linear(8, 8)

    def forward(self, x):
        freqs_cis = precompute_freqs_cis(4, x.shape[1])
        q = self.query(x).view(*x.shape[:2], 2, 4)
        k = self.key(x).view(*x.shape[:2], 2, 4)
        q, k = apply_rotary_emb(q, k, freqs_cis)
        return (q * k).sum(-1)


class AutoCorrelation(nn.Module):
    def forward(self, queries, keys):
        q_fft = torch.fft.rfft(queries.contiguous(), dim=-1)
        k_fft = torch.fft.rfft(keys.contiguous(), dim=-1)
        res = q_fft * torch.conj(k_fft)
        return torch.fft.irfft(res, dim=-1)


def forms(x: torch.Tensor, y: torch.Tensor):
    a = torch.complex(x, y)
    b = a.conj()
    product = torch.mul(a, b[:1]) + a.mul(b)
    quotient = a / (b + 2)
    product *= a
    return product.real, quotient.imag, torch.abs(a), a.abs().sum(), (a * 2).imag
