from mindspore import ops


def adaptive_avg_pool1d(input, output_size):
    """1-D adaptive pooling to any length, as a 2-D one of height 1."""
    size = output_size if isinstance(output_size, int) else output_size[0]
    return ops.adaptive_avg_pool2d(input.expand_dims(-2), (1, size)).squeeze(-2)
