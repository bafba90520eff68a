def without_largest(x, axis):
    """x less its largest value along `axis`, which has the same softmax; NaN where there is nothing but -inf."""
    return x - x.max(axis, keepdims=True)
