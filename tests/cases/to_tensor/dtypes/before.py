import torch


def cast(x: torch.Tensor, y: torch.Tensor, device, dtype=torch.float32):
    a = x.to(torch.float64)
    b = x.to(device, torch.int32)
    c = x.to(dtype=y.dtype, device=device)
    d = x.to(y)
    e = x.to(dtype)
    return a, b, c, d, e
