import torch


def scaled(x, factor, dims=2):
    torch._check(x.dim() == dims, lambda: f"{dims} dimensions are needed, not {x.dim()}")
    torch._check_value(factor > 0 or factor < -1)  # zero makes no sense
    if factor > 1:
        torch._check_type(isinstance(factor, int), lambda: "whole numbers only")
    torch._check_index(factor < 10, message)
    return x * factor


def message():
    return "too large"


def refused(x, factor, dims):
    try:
        scaled(x, factor, dims)
    except (RuntimeError, ValueError, TypeError, IndexError) as error:
        return type(error).__name__
    return "none"


def every(x):
    return [refused(x, *more) for more in [(2, 2), (2, 3), (0, 2), (2.5, 2), (11, 2)]]


def left(x):
    return torch._check(x.dim() == 2), torch._check_with(KeyError, x.dim() == 2, message)
