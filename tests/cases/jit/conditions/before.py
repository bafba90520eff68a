import torch
from torch import nn


class Net(nn.Module):
    def forward(self, x: torch.Tensor, names: list):
        if self.training and not torch.jit.is_scripting():
            x = x + 1
        if torch.jit.is_scripting() or not names:
            x = x + 2
        if not torch.jit.is_tracing() and not torch.jit.is_scripting() and (names or self.training):
            x = x + 3
        if (
            names
            # never scripted
            and not torch.jit.is_scripting()
        ):
            x = x + 4
        if not torch.jit.is_scripting() and not torch.jit.is_tracing():
            x = x + 5
        if torch.compiler.is_compiling() and not torch.jit.is_scripting():
            x = x + 6
        some = names and not torch.jit.is_scripting()
        more = not torch.jit.is_scripting() and names
        return x, some, more
