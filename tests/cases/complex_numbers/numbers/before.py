import torch


def turned(x: torch.Tensor):
    z = torch.complex(x, x * 2 + 1)
    return torch.view_as_real(1j * z + z * (2 - 1j) + z / 1j), torch.view_as_real(torch.exp(1j * x))


def beside_real(x: torch.Tensor):
    z = torch.complex(x, x * 2 + 1)
    y = z * x + x.abs() * z + z / (x.abs() + 1) + z ** 2
    return torch.view_as_real(y)
