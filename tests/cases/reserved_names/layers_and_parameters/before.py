import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, flag):
        super().__init__()
        self.get_flags = nn.Linear(2, 2)
        self.pipeline_stage = nn.Parameter(torch.ones(2))
        self.requires_grad = flag
        self.register_buffer("check_names", torch.ones(2))
        self.add_module("global_cells", nn.ReLU())
        nn.init.ones_(self.get_flags.weight)
        nn.init.zeros_(self.get_flags.bias)

    def forward(self, x):
        if self.requires_grad:
            x = x + 1
        return self.global_cells(self.get_flags(x) * self.pipeline_stage + self.check_names)
