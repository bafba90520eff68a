from mindspore import ops


def kl_div(input, target, reduction="mean", log_target=False):
    """Kullback-Leibler divergence of log-probabilities `input`, differentiable in both arguments."""
    if log_target:
        loss = ops.exp(target) * (target - input)
    else:
        # t * log(t) is 0 at 0
        loss = target * (ops.log(ops.where(target > 0, target, 1.0)) - input)
    if reduction == "batchmean":
        return loss.sum() / input.shape[0]
    if reduction == "mean":
        return loss.mean()
    return loss.sum() if reduction == "sum" else loss
