from mindspore import ops
from mindspore.common.initializer import XavierNormal, initializer


def xavier_normal_(tensor, gain=1.0, generator=None):
    """Draw the values of a tensor anew, as torch.nn.init does, and return it."""
    return ops.assign(tensor, initializer(XavierNormal(gain), tensor.shape, tensor.dtype).init_data())
