import torch
from torch import nn


def asked(x):
    if torch.is_autocast_enabled():
        x = x.to(torch.get_autocast_gpu_dtype())
    if x.dtype == torch.float32 and not torch.is_autocast_enabled("cpu"):
        x = x * 2
    dtype = torch.get_autocast_dtype("cpu") if torch.is_autocast_enabled("cpu") else x.dtype
    torch.clear_autocast_cache()
    return x.to(dtype)


def maybe_autocast(enabled):
    if torch.is_autocast_enabled("cpu") or enabled:
        return torch.autocast("cpu", enabled=True)
    return None


class Square(torch.autograd.Function):
    @staticmethod
    @torch.amp.custom_fwd(device_type="cuda")
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return x * x

    @staticmethod
    @torch.amp.custom_bwd(device_type="cuda")
    def backward(ctx, grad):
        (x,) = ctx.saved_tensors
        return 2 * x * grad


class Net(nn.Module):
    def forward(self, x):
        return Square.apply(x)
