"""Kullback-Leibler divergence with the exact gradient of the target."""

from mindspore import nn, ops


class KLDivLoss(nn.Cell):
    """Kullback-Leibler divergence with the exact gradient of the target."""

    def __init__(self, reduction="mean", log_target=False):
        super().__init__()
        self.reduction = reduction
        self.log_target = log_target

    def construct(self, input, target):
        if self.log_target:
            loss = ops.exp(target) * (target - input)
        else:
            positive = target > 0
            log = ops.log(ops.where(positive, target, ops.ones_like(target)))
            loss = ops.where(positive, target * (log - input), ops.zeros_like(target))
        if self.reduction == "batchmean":
            return loss.sum() / input.shape[0]
        if self.reduction == "none":
            return loss
        return loss.sum() if self.reduction == "sum" else loss.mean()
