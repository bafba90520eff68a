import math


def calculate_fan_in_and_fan_out(tensor):
    """Number of inputs and outputs of a weight of shape (out, in, ...)."""
    field = math.prod(tensor.shape[2:])
    return tensor.shape[1] * field, tensor.shape[0] * field
