import mindspore as ms
from mindspore import ops


def masked_scatter(input, mask, source):
    """Fill the places of a mask with the elements of source in order, as torch.Tensor.masked_scatter does."""
    flat = ops.broadcast_to(mask, input.shape).reshape(-1)
    source = source.reshape(-1)
    place = ops.clamp(ops.cumsum(flat.astype(ms.int64), 0) - 1, 0, source.shape[0] - 1)
    return ops.where(flat, ops.gather(source, place, 0), input.reshape(-1)).reshape(input.shape)
