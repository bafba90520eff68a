from mindspore import ops


def cosine_similarity(x1, x2, dim=1, eps=1e-8):
    """The cosine along `dim`; its gradient at a row of zeros is finite, where that of ops.cosine_similarity is NaN."""
    shape = (x1 * x2).shape
    x1, x2 = x1.broadcast_to(shape), x2.broadcast_to(shape)
    norm1 = ops.rsqrt(ops.clamp((x1 * x1).sum(dim, keepdims=True), min=eps * eps))
    norm2 = ops.rsqrt(ops.clamp((x2 * x2).sum(dim, keepdims=True), min=eps * eps))
    return (x1 * norm1 * (x2 * norm2)).sum(dim)
