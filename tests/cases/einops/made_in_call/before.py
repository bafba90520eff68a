from einops import rearrange
import torch


def scaled(x: torch.Tensor):
    return rearrange(x * torch.tensor([0.5, 1.0, 2.0, 4.0]), "b n (h d) -> b h n d", h=2)
