"""Cross entropy with torch's targets: int64 class indices or class probabilities."""

from mindspore import nn, ops


class CrossEntropyLoss(nn.CrossEntropyLoss):
    """nn.CrossEntropyLoss that takes int64 class indices."""

    def construct(self, logits, labels):
        return ops.cross_entropy(logits, labels, self.weight, self.ignore_index, self.reduction, self.label_smoothing)
