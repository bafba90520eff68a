import mindspore as ms
from mindspore import nn, ops


def soft_margin_loss(input, target, reduction="mean"):
    """log(1 + exp(-target * input))."""
    loss = ops.softplus(-target * input)
    if reduction == "mean":
        return loss.mean()
    return loss.sum() if reduction == "sum" else loss


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


class Losses(nn.Cell):
    def __init__(self):
        super().__init__()
        self.fc = nn.Dense(4, 2)
        self.smooth = nn.SmoothL1Loss(reduction="mean")
        self.margin = SoftMarginLoss(reduction="sum")

    def construct(self, x):
        logits = self.fc(x)
        labels = ms.tensor([[0, 1], [1, 1]])
        hits = ops.stop_gradient(logits) > 0
        of_layers = self.smooth(logits, hits.float()) + self.margin(logits, (labels * 2 - 1).float())
        of_functions = ops.smooth_l1_loss(logits, labels.float(), reduction="mean") + soft_margin_loss(logits, labels.float())
        return of_layers, of_functions, self.smooth(logits, labels.float()), ops.mse_loss(logits, labels)
