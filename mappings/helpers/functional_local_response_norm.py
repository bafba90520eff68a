from mindspore import ops


def local_response_norm(input, size, alpha=1e-4, beta=0.75, k=1.0):
    """Divide by a power of the mean square over `size` neighbouring channels."""
    square = (input * input).reshape(input.shape[0], 1, input.shape[1], -1)
    square = ops.pad(square, (0, 0, size // 2, (size - 1) // 2))
    mean = ops.avg_pool2d(square, (size, 1), 1).reshape(input.shape)
    return input / (k + alpha * mean) ** beta
