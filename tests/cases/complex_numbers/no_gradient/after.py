from mindspore import ops, Tensor


def reported(x: Tensor):
    z = ops.Complex()(x, x + 1)
    # TODO(torch2ms): [T2M301] where a gradient goes through it, compute it by products, or by the
    #   real and imaginary parts (MindSpore has no gradient of mean of complex tensors; MindSpore
    #   has no gradient of powers of complex tensors; MindSpore has no gradient of a sum with a
    #   complex number)
    return z ** 3, z.mean(), z + 1j
