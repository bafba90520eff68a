"""The indices that torch's random_split gives each part."""

import math

import numpy as np
from mindspore import ops


def random_parts(size, lengths, generator=None):
    """The numbers below `size` in a random order, in parts of the given lengths (or shares, which sum to 1)."""
    lengths = list(lengths)
    if math.isclose(sum(lengths), 1) and sum(lengths) <= 1:
        lengths = [math.floor(size * share) for share in lengths]
        for i in range(size - sum(lengths)):
            lengths[i % len(lengths)] += 1
    if sum(lengths) != size:
        raise ValueError("Sum of input lengths does not equal the length of the input dataset!")
    order = ops.randperm(size) if generator is None else np.random.Generator.permutation(generator, size)
    order = order.tolist()
    ends = np.cumsum(lengths).tolist()
    return [order[end - length : end] for length, end in zip(lengths, ends, strict=True)]
