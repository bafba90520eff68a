import mindspore as ms
from mindspore import ops


def kthvalue(input, k, dim=-1, keepdim=False):
    """The k-th smallest values along a dimension and their indices, as torch.kthvalue gives them."""
    values, indices = ops.sort(input, dim)
    at = ms.tensor([k - 1])
    values, indices = ops.gather(values, at, dim), ops.gather(indices, at, dim).astype(ms.int64)
    return (values, indices) if keepdim else (values.squeeze(dim), indices.squeeze(dim))
