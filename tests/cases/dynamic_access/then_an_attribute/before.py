import torch


def platform(x):
    if getattr(torch, "version").hip is not None:
        return x * 100
    return getattr(getattr(torch, "nn"), "functional").relu(x) + getattr(torch, "Tensor").relu(x)


def of_another(x):
    return x.sum() * getattr(x, "shape")[0]


def left(x):
    return isinstance(x, getattr(torch, "_subclasses").FakeTensor)
