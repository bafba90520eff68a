import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.bn = nn.BatchNorm2d(3)
        self.fc = nn.Linear(3, 4)
        self.gain = nn.Parameter(torch.ones(1))

    def init(self):
        if getattr(self.bn, 'weight', None) is not None and hasattr(self.fc, "weight"):
            nn.init.zeros_(self.bn.weight)
        if hasattr(self, "gain"):
            setattr(self.bn, "bias", None)
        for m in self.modules():
            if hasattr(m, "bias"):
                print(m)
            if isinstance(m, nn.BatchNorm2d) and hasattr(m, "running_mean"):
                print(getattr(m, "num_batches_tracked"))
        return getattr(self, "forward")
