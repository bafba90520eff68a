import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.bn = nn.BatchNorm2d(3)
        self.fc = nn.Linear(3, 4)
        self.gain = nn.Parameter(torch.ones(1))

    def reset(self):
        if getattr(self.bn, 'weight', None) is not None and hasattr(self.fc, "weight"):
            nn.init.zeros_(self.bn.weight)
        return hasattr(self, "gain"), hasattr(self, "other")

    def drop_bias(self):
        setattr(self.bn, "bias", None)
        return self.bn.bias is None

    def with_bias(self):
        return [hasattr(m, "bias") for m in self.modules()]

    def tracked(self):
        for m in self.modules():
            if isinstance(m, nn.BatchNorm2d) and hasattr(m, "running_mean"):
                return getattr(m, "num_batches_tracked")

    def forward(self, x):
        return self.fc(x)

    def again(self, x):
        return getattr(self, "forward")(x)
