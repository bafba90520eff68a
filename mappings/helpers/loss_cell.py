"""The base of torch's losses: a Cell that knows its reduction."""

from mindspore import nn


class Loss(nn.Cell):
    """A Cell with a `reduction`."""

    def __init__(self, size_average=None, reduce=None, reduction="mean"):
        super().__init__()
        self.reduction = reduction
