import math

from mindspore import ops, Tensor


def erfinv(input):
    """The inverse of the error function: a rough start, and two steps of Newton. Near 1, ops.erfinv is 12 % off."""
    direction = ops.where(input < 0, -1.0, 1.0).astype(input.dtype)
    size = ops.stop_gradient(input * direction)
    log = ops.log((1 - size) * (1 + size))
    part = 4.3307467508 + log / 2
    value = ops.sqrt(ops.sqrt(part * part - log / 0.147) - part)
    for _ in range(2):
        # 0.886... is half the square root of pi.
        step = (ops.erfc(value) - (1 - input * direction)) * ops.exp(value * value) * 0.886226925452758
        value = ops.where(size < 1, value + step, value)
    return value * direction


def uniform_like(input, low=0, high=1):
    """Uniform random numbers in the shape and dtype of a tensor."""
    return low + (high - low) * ops.rand_like(input)


def _trunc_normal_(tensor: Tensor, mean, std):
    tensor.copy_(uniform_like(tensor, -0.5, 0.5))
    tensor.copy_(erfinv(tensor))
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
    # TODO(torch2ms): [T2M303] torch changes the tensor that is passed in, MindSpore only this name:
    #   no caller may use it afterwards
    tensor = tensor * factor
    return tensor
