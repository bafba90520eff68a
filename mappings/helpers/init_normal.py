from mindspore import ops
from mindspore.common.initializer import Normal, initializer


def normal_(tensor, mean=0.0, std=1.0, generator=None):
    """Draw the values of a tensor anew, as torch.nn.init does, and return it."""
    return ops.assign(tensor, initializer(Normal(std, mean), tensor.shape, tensor.dtype).init_data())
