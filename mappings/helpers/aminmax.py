from mindspore import ops


def aminmax(input, dim=None, keepdim=False):
    """Minimum and maximum, as torch.aminmax gives them."""
    return ops.amin(input, dim, keepdim), ops.amax(input, dim, keepdim)
