import torch
from torch.utils.checkpoint import checkpoint, checkpoint_sequential


def asked(x):
    if torch.is_grad_enabled():
        return x * 2
    return x + 1


def switched(x, flag):
    with torch.set_grad_enabled(flag):
        if torch.is_grad_enabled():
            x = x * 2
    return x


def otherwise(x, f, g, flags, fs):
    if torch.is_grad_enabled():
        x = flags.checkpoint(f, x)
    else:
        x = g(x)
    x = checkpoint(f, x, **flags)
    x = checkpoint_sequential(fs, 2, x)
    return map(checkpoint, fs)
