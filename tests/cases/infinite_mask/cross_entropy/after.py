import mindspore as ms
from mindspore import nn, ops, Tensor


class CrossEntropyLoss(nn.CrossEntropyLoss):
    """nn.CrossEntropyLoss that takes int64 class indices."""

    def construct(self, logits, labels):
        return ops.cross_entropy(logits, labels, self.weight, self.ignore_index, self.reduction, self.label_smoothing)


NEG = float("-inf")


def masked_loss(logits: Tensor):
    logits = logits * 2
    logits[ms.tensor([[True, False, False], [False, False, True]])] = -1e9
    return ops.cross_entropy(logits, ms.tensor([1, 0]))


class Head(nn.Cell):
    def __init__(self):
        super().__init__()
        self.criterion = CrossEntropyLoss()

    def construct(self, x):
        masked = x.masked_fill(ms.tensor([True, False, False]), -1e9)
        return self.criterion(masked, ms.tensor([1, 2]))
