import torch
from torch import Tensor, nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(4, 3)

    def forward(self, x: Tensor):
        y = self.fc(x)
        rows = y[:0]  # nothing to begin with
        for row in y:
            rows = torch.cat([rows, row.unsqueeze(0)])
        places = torch.arange(3)[:0]
        return rows, places.shape[0], x[:1].sum()
