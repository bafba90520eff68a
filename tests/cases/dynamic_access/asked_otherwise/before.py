import torch
import torch.nn.functional as F

_has_silu = 'silu' in dir(torch.nn.functional)
_has_nothing = 'nothing_such' in dir(F)
compiler = getattr(torch, "compiler", None)
disable = getattr(getattr(torch, "compiler", None), "disable", None) or print
if hasattr(torch, "xpu"):
    print("xpu")


def silu(x):
    return F.silu(x) if _has_silu else x * torch.sigmoid(x)


def asked(x):
    return silu(x), _has_silu, _has_nothing, compiler
