"""Layers that a helper takes the place of, as bases."""

import torch
from torch import nn


class Smoothed(nn.CrossEntropyLoss):
    def __init__(self, scale):
        super().__init__(label_smoothing=0.1)
        self.scale = scale

    def forward(self, logits, labels):
        return super().forward(logits, labels) * self.scale


class Attention(nn.MultiheadAttention):
    def forward(self, query, key, value):
        return super().forward(query, key, value, need_weights=False)[0]


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.attention = Attention(4, 2, bias=False, batch_first=True)
        self.loss = Smoothed(2.0)

    def forward(self, x, labels):
        return self.loss(self.attention(x, x, x).mean(1), labels)
