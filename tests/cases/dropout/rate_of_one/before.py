import torch
import torch.nn.functional as F
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.channels = nn.Dropout2d(1)
        self.planes = nn.Dropout1d(p=1.0)

    def forward(self, x: torch.Tensor):
        y = F.dropout(x * 2, 1.0) + F.dropout(x, p=1, training=False)
        z = F.dropout(x, 1.0, self.training) * 2 + torch.dropout(x, 1.0, True)
        planes = self.planes(x[:, :, 0])
        return y + z, F.dropout2d(x, 1.0), F.dropout3d(x[None], 1), self.channels(x), planes
