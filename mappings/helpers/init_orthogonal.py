from mindspore import ops
from mindspore.common.initializer import Orthogonal, initializer


def orthogonal_(tensor, gain=1, generator=None):
    """Draw the values of a tensor anew, as torch.nn.init does, and return it."""
    return ops.assign(tensor, initializer(Orthogonal(gain), tensor.shape, tensor.dtype).init_data())
