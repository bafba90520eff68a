import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def forward(self, x: torch.Tensor):
        with torch.no_grad():
            key = torch.sigmoid(x)
            key = F.relu(key)
        return torch.einsum("nc,nc->n", [x, key])
