import torch


def f(q: torch.Tensor, k: torch.Tensor, v: torch.Tensor):
    scores = torch.einsum("bhid,bhjd->bhij", q, k)
    out = torch.einsum("b h i j, b h j d -> b h i d", scores, v)
    outer = torch.einsum("i,j->ij", q[0, 0, 0], k[0, 0, 0])
    flat = torch.einsum("bnhd,bmhd->bhnm", q, k) * 2
    return out, outer + 1, flat, torch.einsum("ij,ij->", outer, outer) / 2
