import torch
from torch import nn


class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.register_buffer("step", torch.zeros(1))


class Derived(Base):
    def forward(self, x):
        self.step += 1
        for name, b in self.named_buffers():
            x = x + len(name) * b.shape[0]
        self.step = self.step.to(x.device)
        return x * self.step
