import torch


def is_new():
    return torch.backends.mps.is_macos_or_newer(14, 0)


def relu(x):
    return torch.relu(x)
