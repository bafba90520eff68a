"""One value out of one, or those given."""


def as_single(x):
    """One value out of one, or those given."""
    return tuple(x) if hasattr(x, "__iter__") else (x,)
