from mindspore import ops, Tensor


def grid(n, device=None, dtype=None):
    return ops.arange(n).to(dtype)


def cast(x: Tensor, dtype=None, other=None):
    if other is not None:
        # TODO(torch2ms): [T2M204] write x.to(dtype=...) (whether to() gets a dtype, a device or a
        #   tensor cannot be told here)
        x = x.to(other)
    return x.to(dtype)


def guarded(x: Tensor, dtype=None):
    if dtype is not None:
        x = x.to(dtype)
    return x.to(dtype) if dtype else x
