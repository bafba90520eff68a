import torch
from torch import nn


class Loss(nn.Module):
    def forward(self, x, y):
        before = torch.is_grad_enabled()
        torch.set_grad_enabled(False)
        w = x * y
        torch.set_grad_enabled(before)
        return w * x
