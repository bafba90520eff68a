import torch


def parts(x: torch.Tensor):
    z = torch.view_as_complex(x)
    real, imag = z.real, z.imag
    return real * imag, torch.view_as_real(z * 2), torch.view_as_real(0.5 * z) * x, torch.abs(real)


def given(x: torch.Tensor, y: torch.Tensor):
    return x * y / 2, (x * y).abs()
