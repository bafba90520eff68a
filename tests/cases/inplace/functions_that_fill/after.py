import math

from mindspore import ops, Tensor


def uniform_like(input, low=0, high=1):
    """Uniform random numbers in the shape and dtype of a tensor."""
    return low + (high - low) * ops.rand_like(input)


def _trunc_normal_(tensor: Tensor, mean, std):
    tensor.copy_(uniform_like(tensor, -0.5, 0.5))
    tensor.copy_(tensor.erfinv())
    tensor.copy_(tensor * (std * math.sqrt(2.0)) + mean)
    tensor.copy_(tensor.clamp(-1, 1))
    return tensor


def scaled_(tensor: Tensor, factor):
    own = tensor.copy()
    own = own * factor
    tensor = tensor + own
    tensor = tensor + 1
    return tensor


def scale(tensor: Tensor, factor):
    # TODO(torch2ms): [T2M303] torch changes the tensor that is passed in, MindSpore only this…
    tensor = tensor * factor
    return tensor
