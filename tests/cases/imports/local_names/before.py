import torch


def load(path):
    import numpy as np

    return np.load(path)


def largest(x):
    return torch.finfo(x.dtype).max


def circle():
    math = 2
    return torch.ones(1) * torch.pi * math


def mine(ms, mindspore, ops):
    return torch.ones(2, dtype=torch.float32) * ms * mindspore * ops
