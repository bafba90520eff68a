from mindspore import ops


def log_softmax(input, dim=None, _stacklevel=3, dtype=None):
    """Log-softmax along `dim`; without it along axis 0 of no, one or three dimensions, otherwise along axis 1."""
    if dim is None:
        dim = 0 if input.ndim in (0, 1, 3) else 1
    return ops.log_softmax(input if dtype is None else input.astype(dtype), dim)
