from mindspore import ops
from mindspore.common.initializer import HeUniform, initializer


def kaiming_uniform_(tensor, a=0, mode="fan_in", nonlinearity="leaky_relu", generator=None):
    """Draw the values of a tensor anew, as torch.nn.init does, and return it."""
    return ops.assign(tensor, initializer(HeUniform(a, mode, nonlinearity), tensor.shape, tensor.dtype).init_data())
