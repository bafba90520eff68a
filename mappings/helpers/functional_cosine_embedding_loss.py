from mindspore import ops


def cosine_embedding_loss(input1, input2, target, margin=0.0, reduction="mean"):
    """ops.cosine_embedding_loss, whose gradient at a row of zeros is NaN."""
    squares = ((input1 * input1).sum(-1) + 1e-12) * ((input2 * input2).sum(-1) + 1e-12)
    cosine = (input1 * input2).sum(-1) * ops.rsqrt(squares)
    zeros = ops.zeros_like(cosine)
    loss = ops.where(target == 1, 1 - cosine, ops.where(target == -1, ops.clamp(cosine - margin, min=0), zeros))
    if reduction == "mean":
        return loss.mean()
    return loss.sum() if reduction == "sum" else loss
