import torch


def moved(x: torch.Tensor, y: torch.Tensor, device="cpu"):
    x = x.cpu()
    x, y = x.cpu(), y.to(device)
    # a new type
    x, y = x.to(device), y.double()
    x, y, z = x + 1, y.cpu(), x.cpu()
    return torch.relu(x) + z, y


def swapped(x: torch.Tensor, y: torch.Tensor):
    x, y = y.cpu(), x.cpu()
    return x - y
