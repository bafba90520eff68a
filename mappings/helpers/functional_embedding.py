from mindspore import ops


def embedding(input, weight, padding_idx=None):
    """Rows of `weight`; the row of `padding_idx` gets no gradient."""
    out = ops.gather(weight, input, 0)
    if padding_idx is None:
        return out
    keep = (input != padding_idx % weight.shape[0]).astype(out.dtype).expand_dims(-1)
    return out * keep + ops.stop_gradient(out) * (1 - keep)
