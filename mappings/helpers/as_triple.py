"""Three values out of one, or those given."""


def as_triple(x):
    """Three values out of one, or those given."""
    return tuple(x) if hasattr(x, "__iter__") else (x, x, x)
