import torch
import torch.nn.functional as F

__all__ = [
    "scale",
    "rpc_scale",
    "Scaler",
    "on_rpc",
]

if hasattr(torch._C, "_rpc_init"):

    def rpc_scale(x):
        return x * 3

    def on_rpc():
        return True


def scale(x):
    return F.relu(x) * 2


class Scaler:
    def __call__(self, x):
        return scale(x)
