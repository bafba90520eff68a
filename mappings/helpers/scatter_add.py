from mindspore import ops


def scatter_add(input, dim, index, src):
    """torch.scatter_add, where the source may also be larger than the index."""
    src = src[tuple(slice(n) for n in index.shape)]
    return ops.tensor_scatter_elements(input, index, src, dim, "add")
