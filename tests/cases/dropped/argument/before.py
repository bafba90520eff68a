import torch


def grid(x: torch.Tensor):
    a = torch.arange(3, device=torch.device(x.device.type))
    b = torch.zeros(3, device=x.device if x.device.type == "cuda" else "cpu")
    return x.to(torch.device(x.device.type, x.device.index)) + a + b
