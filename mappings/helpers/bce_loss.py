"""nn.BCELoss whose logarithms go down to -100, as in torch."""

from mindspore import nn, ops


class BCELoss(nn.BCELoss):
    """nn.BCELoss whose logarithms go down to -100, as in torch, and whose weight may be broadcast."""

    def construct(self, logits, labels):
        loss = ops.binary_cross_entropy(logits, labels, reduction="none")
        log, log_not = ops.clamp(ops.log(logits), min=-100.0), ops.clamp(ops.log(1 - logits), min=-100.0)
        # The gradient is that of ops.binary_cross_entropy: the one of the logarithms is NaN at 0 and 1.
        loss = loss + ops.stop_gradient(-(labels * log + (1 - labels) * log_not) - loss)
        return self.get_loss(loss, 1.0 if self.weight is None else self.weight)
