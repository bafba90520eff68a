"""Triplet loss on p-norm distances."""

from mindspore import nn, ops


class TripletMarginLoss(nn.Cell):
    """Triplet loss on p-norm distances."""

    def __init__(self, margin=1.0, p=2.0, eps=1e-6, swap=False, reduction="mean"):
        super().__init__()
        self.margin = margin
        self.p = p
        self.eps = eps
        self.swap = swap
        self.reduction = reduction

    def construct(self, anchor, positive, negative):
        near = ops.norm(anchor - positive + self.eps, self.p, -1)
        far = ops.norm(anchor - negative + self.eps, self.p, -1)
        if self.swap:
            far = ops.minimum(far, ops.norm(positive - negative + self.eps, self.p, -1))
        loss = ops.relu(self.margin + near - far)
        if self.reduction == "none":
            return loss
        return loss.sum() if self.reduction == "sum" else loss.mean()
