import torch


def build(name: str, index=0):
    first = torch.device(name)
    second = torch.device("cpu", index)
    return torch.zeros(3, device=first) + torch.ones(3, device=second), pick(torch.device(name))


def pick(device):
    return torch.ones(2, device=device)
