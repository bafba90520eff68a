def scaled(x, factor, dims=2):
    if x.dim() != dims:
        raise RuntimeError(f"{dims} dimensions are needed, not {x.dim()}")
    if not (factor > 0 or factor < -1):
        raise ValueError("a condition does not hold")  # zero makes no sense
    if factor > 1:
        if not isinstance(factor, int):
            raise TypeError("whole numbers only")
    if not factor < 10:
        raise IndexError(message())
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
    import torch

    # TODO(torch2ms): [T2M201] if not condition: raise RuntimeError(message) (a test that torch's
    #   compiler reads too)
    return torch._check(x.dim() == 2), torch._check_with(KeyError, x.dim() == 2, message)
