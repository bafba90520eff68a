"""Two values out of one, or those given."""


def as_pair(x):
    """Two values out of one, or those given."""
    return tuple(x) if hasattr(x, "__iter__") else (x, x)
