import torch
import torch.nn.functional as F

__all__ = ["scale", "on_rpc"]

if hasattr(torch._C, "_rpc_init"):
    on_rpc = True
else:
    on_rpc = False


def scale(x):
    return F.relu(x) * 2
