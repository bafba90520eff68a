import mindspore as ms
from mindspore import ops


def float_mask(mask):
    """A mask of bools as 0 and -inf, because MindSpore's attention adds bools as numbers beside a mask of floats."""
    if mask is None or mask.dtype != ms.bool_:
        return mask
    return ops.zeros(mask.shape, ms.float32).masked_fill(mask, float("-inf"))
