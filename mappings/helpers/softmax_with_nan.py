from mindspore import ops


def softmax_with_nan(x, axis, dtype=None):
    """ops.softmax; NaN along `axis` where there is nothing but -inf."""
    return ops.softmax(x - x.max(axis, keepdims=True), axis, dtype=dtype)
