from contextlib import ExitStack, nullcontext

import torch
from torch import nn
from torch.cuda.amp import autocast


class Angles(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.register_buffer("rate", torch.arange(width).float(), persistent=False)

    def forward(self, x, positions):
        kind = x.device.type if x.device.type != "mps" else "cpu"
        with torch.autocast(device_type=kind, enabled=False):
            # in float32
            angle = positions.float()[:, None] * self.rate[None]
        return angle.cos().to(x.dtype), angle.sin().to(x.dtype)


def by_position(x):
    with autocast(False):
        x = x * 2
    with torch.amp.autocast("cpu", torch.bfloat16, False), torch.no_grad():
        y = x + 1
    with torch.autocast("cpu", dtype=torch.float32):
        x = x + 2
    with torch.cpu.amp.autocast(enabled=False) if x.shape[0] > 1 else nullcontext():
        x = x * 3
    with ExitStack() as stack:
        stack.enter_context(torch.autocast("cpu", enabled=False))
        x = x + 3
    return x + y


@torch.autocast("cpu", enabled=False)
def decorated(x):
    return torch.relu(x)


class Loss(nn.Module):
    @autocast(enabled=False)
    def forward(self, x):
        return (x * x).mean()
