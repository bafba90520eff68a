from mindspore import ops


def binary_cross_entropy(input, target, weight=None, reduction="mean"):
    """ops.binary_cross_entropy whose logarithms go down to -100, as in torch, and whose weight may be broadcast."""
    loss = ops.binary_cross_entropy(input, target, reduction="none")
    log, log_not = ops.clamp(ops.log(input), min=-100.0), ops.clamp(ops.log(1 - input), min=-100.0)
    # The gradient is that of ops.binary_cross_entropy: the one of the logarithms is NaN at 0 and 1.
    loss = loss + ops.stop_gradient(-(target * log + (1 - target) * log_not) - loss)
    if weight is not None:
        loss = loss * weight
    return loss if reduction == "none" else loss.sum() if reduction == "sum" else loss.mean()
