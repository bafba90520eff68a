from typing import Union


def twice(x: Union[str, str], n: int | int):
    """What the source itself repeats is its own business, and torch is only spoken of."""
    return x, n
