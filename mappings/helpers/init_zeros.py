from mindspore import ops
from mindspore.common.initializer import initializer


def zeros_(tensor):
    """Fill a tensor with zeros, as torch.nn.init does, and return it."""
    return ops.assign(tensor, initializer("zeros", tensor.shape, tensor.dtype).init_data())
