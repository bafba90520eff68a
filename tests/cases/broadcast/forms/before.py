import torch


def spectrum(x, phase):
    z = torch.polar(x.abs(), phase)  # a phase for each row
    return torch.view_as_real(z)


def constant_part(x):
    return torch.view_as_real(torch.complex(x, torch.tensor(0.5)))


def by_name(x, y):
    return torch.view_as_real(torch.complex(imag=y, real=x))


def one_shape(x):
    z = torch.complex(x[..., 0], x[..., 1])
    turn = torch.polar(torch.ones(3), torch.arange(3.0))
    angle = z.real * 2
    again = torch.complex(torch.cos(angle), angle.sin())
    zero = torch.complex(angle, torch.zeros_like(angle))
    return z.real, turn.imag, again.imag, zero.real


def directions(x, y):
    z = torch.cross(x, y, dim=-1) + x.cross(y, 1)
    return z, torch.linalg.cross(x, y), torch.copysign(y[0], x), x.copysign(-1)


def of_points(x):
    a = x[:, 1] - x[:, 0]
    b = x[:, 2] - x[:, 0]
    return torch.cross(a, b, dim=-1), a.cross(b * 2, -1)
