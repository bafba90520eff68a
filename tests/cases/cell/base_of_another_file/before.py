import torch
from .blocks import Base


class Net(Base):
    def forward(self, x):
        return torch.relu(super().forward(x))
