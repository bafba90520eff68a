import mindspore as ms
from mindspore import ops


def bitwise_not(input):
    """Bits inverted; of a bool tensor, its negation, as torch.bitwise_not does."""
    return ops.logical_not(input) if input.dtype == ms.bool_ else ops.invert(input)
