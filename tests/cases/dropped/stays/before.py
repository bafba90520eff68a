import torch


def grid(x: torch.Tensor):
    a = torch.arange(3, device=x.device)
    return x + a, x.device.type
