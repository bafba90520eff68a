"""Packages that know torch's tensors and no others are named where they are called."""

import kornia
import numpy as np
import torch
from torch import nn
from torchmetrics import Accuracy
from xformers import ops as xops


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.accuracy = Accuracy(task='binary')

    def forward(self, x, y):
        gray = kornia.color.rgb_to_grayscale(x)
        out = xops.memory_efficient_attention(gray, x, x)
        return self.accuracy(torch.relu(out), y), np.zeros(3)
