from mindspore import ops


def uniform_like(input, low=0, high=1):
    """Uniform random numbers in the shape and dtype of a tensor."""
    return low + (high - low) * ops.rand_like(input)
