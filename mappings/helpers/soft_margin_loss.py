"""Logistic loss of targets 1 and -1."""

from mindspore import nn, ops


class SoftMarginLoss(nn.Cell):
    """Logistic loss of targets 1 and -1."""

    def __init__(self, reduction="mean"):
        super().__init__()
        self.reduction = reduction

    def construct(self, input, target):
        loss = ops.softplus(-target * input)
        if self.reduction == "none":
            return loss
        return loss.sum() if self.reduction == "sum" else loss.mean()
