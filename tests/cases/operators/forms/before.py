import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x, lengths):
        return ~x, x & ~1, lengths >> 2


def shifted():
    codes = torch.tensor([5, 6])
    places = torch.arange(3)
    bits = (codes[:, None] >> places) & 1
    codes <<= 2
    other = torch.tensor([9, 3])
    other >>= codes - 20
    return bits, codes, other, 1 << places, codes << 1, ~codes, -~codes, [0] * places[2]


def widened():
    scale = torch.tensor(2.0, dtype=torch.float64)
    x = torch.ones(3)
    half = torch.ones(2, dtype=torch.float16)
    counts = torch.tensor([1, 2], dtype=torch.int32)
    return scale + x, x - scale, x**scale, x * scale, half + x.sum(), counts + torch.tensor(3)


def magnitudes(x: torch.Tensor):
    return abs(torch.fft.rfft(x))
