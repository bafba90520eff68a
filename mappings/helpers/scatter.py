from mindspore import Tensor, ops


def scatter(input, dim, index, src):
    """torch.scatter, where the source may also be a number or larger than the index."""
    if not isinstance(src, Tensor):
        src = ops.full(index.shape, src, dtype=input.dtype)
    src = src[tuple(slice(n) for n in index.shape)]
    return ops.tensor_scatter_elements(input, index, src, dim)
