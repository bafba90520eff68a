from mindspore import ops


def soft_margin_loss(input, target, reduction="mean"):
    """log(1 + exp(-target * input))."""
    loss = ops.softplus(-target * input)
    if reduction == "mean":
        return loss.mean()
    return loss.sum() if reduction == "sum" else loss
