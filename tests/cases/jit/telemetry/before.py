import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        torch._C._log_api_usage_once(f"made.{self.__class__.__name__}")
        self.act = nn.ReLU()

    def forward(self, x):
        if not torch.jit.is_scripting() and not torch.jit.is_tracing():
            torch._C._log_api_usage_once("made.forward")
        return self.act(x)
