from mindspore import ops
from mindspore.common.initializer import TruncatedNormal, initializer


def trunc_normal_(tensor, mean=0.0, std=1.0, a=-2.0, b=2.0, generator=None):
    """Draw the values of a tensor anew, as torch.nn.init does, and return it."""
    return ops.assign(tensor, initializer(TruncatedNormal(std, mean, a, b), tensor.shape, tensor.dtype).init_data())
