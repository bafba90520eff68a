import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, tables, kept):
        super().__init__()
        for i in range(3):
            self.register_buffer(f"anchor_{i}", torch.zeros(i + 1))
            self.register_buffer("grid_" + str(i), torch.zeros(i + 1), persistent=False)
        self.register_buffer("table", torch.zeros(4), persistent=kept)
        args = ("step", torch.zeros(1))
        self.register_buffer(*args)
