import torch
from torch import nn
import torch.nn.functional as F

if hasattr(nn, 'SiLU'):
    Swish = nn.SiLU
else:
    class Swish(nn.Module):
        def forward(self, x):
            return x * torch.sigmoid(x)

fused = hasattr(F, "scaled_dot_product_attention")
gelu = not hasattr(F, "gelu")
old = hasattr(nn, "Softplus7")
