from typing import overload

import torch
from torch import nn


class Net(nn.Module):
    @overload
    def forward(self, x: torch.Tensor) -> torch.Tensor: ...

    @overload
    def forward(self, x: torch.Tensor, scale: float) -> torch.Tensor: ...

    def forward(self, x, scale=1.0):
        return torch.relu(x) * scale
