"""A norm of MindSpore's has no way to go without its bias, and a list of biases is no layer."""

import torch
from torch import nn


class Biases:
    def __init__(self):
        self.bias = None


def without(dim):
    norm = nn.LayerNorm(dim)
    norm.bias = None
    return norm, Biases()
