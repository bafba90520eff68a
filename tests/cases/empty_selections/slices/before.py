import torch
from torch import Tensor, nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 3)

    def forward(self, x: Tensor):
        y = self.fc(x)
        rows = y[:0]  # nothing to begin with
        places = torch.arange(3)[:0]
        return rows.shape, places.shape[0], y, x[:1].sum()
