import torch


def one(x: torch.Tensor):
    return torch.einsum("ijk->kij", x), torch.einsum("ijk->j", x), torch.einsum("ijk->", x), torch.einsum("ijk->ki", x)


def implicit(x: torch.Tensor, y: torch.Tensor):
    return torch.einsum("ij,jk", x, y), torch.einsum("ji", x)


def vectors(m: torch.Tensor, v: torch.Tensor):
    return torch.einsum("ij,j->i", m, v), torch.einsum("ij,j->ij", m, v), torch.einsum("j,ij->i", v, m)


def two(x: torch.Tensor, y: torch.Tensor):
    return torch.einsum("ij,kj->ki", x, y), torch.einsum("ij,kj->ik", x, y), torch.einsum("ij,kj->ijk", x, y)
