import torch
import torch.nn.functional as F
from torch import nn

SiLU = getattr(nn, "SiLU", None)
activation = getattr(F, "relu6", None)
compiles = callable(getattr(torch, "compile", None))


def run(x):
    if getattr(F, "softplus", None) is not None:
        x = F.softplus(x)
    if getattr(torch, "no_such_function", None) is None:
        x = x * 2
    if getattr(F, "no_such_function", None):
        x = x + 100
    if compiles and getattr(torch, "einsum", None):
        x = x + 1
    return activation(SiLU()(x))


def of_modules(x):
    if hasattr(torch, "linalg") and hasattr(torch.linalg, "norm"):
        x = x / torch.linalg.norm(x)
    if hasattr(torch, "fft"):
        x = torch.fft.fft(x).real
    if hasattr(torch.jit, "ignore") and hasattr(torch, "special"):
        x = torch.special.expm1(x)
    return x


def main(x):
    return run(x), of_modules(x)
