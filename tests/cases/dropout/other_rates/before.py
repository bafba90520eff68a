import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self, drop=0, attn_drop=0.0):
        super().__init__()
        self.rate = attn_drop
        self.channels = nn.Dropout2d(drop)
        self.none = nn.Dropout2d(0)
        self.plain = nn.Dropout(drop)
        self.attn = nn.Dropout(attn_drop)

    def forward(self, x: torch.Tensor, rate=0):
        x = F.dropout(x, rate) + F.dropout(x, self.rate, self.training)
        return self.channels(x), self.none(x), self.plain(x), self.attn(x)
