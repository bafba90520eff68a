"""The parametrisation behind torch.nn.utils.parametrizations.weight_norm."""

from mindspore import nn, ops


class WeightNorm(nn.Cell):
    """A weight from its lengths along `dim` (None: one for all) and its directions."""

    def __init__(self, dim=0):
        super().__init__()
        self.dim = -1 if dim is None else dim

    def length(self, tensor):
        axes = tuple(axis for axis in range(tensor.ndim) if self.dim == -1 or axis != self.dim % tensor.ndim)
        if not axes:
            return ops.abs(tensor)
        return ops.sqrt((tensor * tensor).sum(axes, keepdims=self.dim != -1))

    def construct(self, length, direction):
        return direction * (length / self.length(direction))

    def right_inverse(self, weight):
        return self.length(weight), weight
