import torch
import torch.nn.functional as F
from torch import nn


def settings(half):
    if torch.backends.mps.is_available():
        half = False  # Apple only
    return half


def attention(q, k, v):
    if hasattr(F, "scaled_dot_product_attention"):
        # the fast way
        out = F.scaled_dot_product_attention(q, k, v)

        if not torch.jit.is_scripting():
            out = out + 1
    else:
        # written out
        weights = torch.softmax(q @ k.transpose(-2, -1), -1)
        out = weights @ v
    return out


def require(x):
    if not hasattr(nn, "SiLU"):
        raise ImportError("PyTorch 1.7 is needed")
    return F.silu(x)


def several(x, kind):
    if torch.xpu.is_available():
        x = x + 1
    elif kind == "double":
        x = x * 2
    elif torch.jit.is_tracing():
        # for export
        x = x * 3
    else:
        x = x + 4
    if kind == "neg":
        x = -x
    elif torch.backends.mps.is_available() and kind:
        x = x * 5
    return x


def other(x):
    if torch.jit.is_scripting():
        return x
    else:
        # what is left
        y = x + 1

        return y * 2


def one_line(x):
    if torch.jit.is_scripting(): return x
    else: x = x + 1
    if not torch.jit.is_tracing(): x = x * 2; x = x + 3
    return x


def inner(x):
    scale = torch.tensor(3.0)
    if x.sum() > 0:
        if torch.jit.is_scripting():
            x = x * scale
    return x


def chosen(x):
    return x * (2 if hasattr(torch, "hpu") and torch.hpu.is_available() else 3)


def chain(x):
    if torch.jit.is_scripting():
        x = x + 1
    elif torch.jit.is_tracing():
        # traced
        x = x + 2
    else:
        x = x + 3
    if torch.jit.is_scripting():
        x = x + 4
    elif torch.jit.is_tracing():
        x = x + 5
    if torch.jit.is_scripting():
        x = x + 6
    elif torch.jit.is_tracing():
        x = x + 7
    elif x.sum() > 0:
        x = x + 8
    return x
