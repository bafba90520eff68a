from mindspore import ops
from mindspore.common.initializer import Constant, initializer


def constant_(tensor, val):
    """Fill a tensor with a value, as torch.nn.init does, and return it."""
    return ops.assign(tensor, initializer(Constant(val), tensor.shape, tensor.dtype).init_data())
