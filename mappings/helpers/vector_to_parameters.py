"""Write a vector back into parameters."""

from mindspore import ops


def vector_to_parameters(vec, parameters):
    """Copy the slices of a vector into the parameters, one after the other."""
    start = 0
    for parameter in parameters:
        end = start + parameter.size
        ops.assign(parameter, vec[start:end].reshape(parameter.shape))
        start = end
