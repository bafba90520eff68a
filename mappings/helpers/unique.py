from mindspore import ops


def unique(input, return_inverse=False, return_counts=False):
    """Sorted unique values with their inverse indices and counts, as torch.unique gives them."""
    values = ops.unique(ops.sort(input.reshape(-1))[0])[0]
    inverse = ops.searchsorted(values, input)
    counts = (inverse.reshape(1, -1) == ops.arange(values.shape[0]).reshape(-1, 1)).sum(1)
    if return_inverse and return_counts:
        return values, inverse, counts
    if return_counts:
        return values, counts
    return (values, inverse) if return_inverse else values
