from mindspore import ops


def normalize(input, p=2.0, dim=1, eps=1e-12):
    """`input` over its p-norm along `dim`, or of all elements; the norm is at least `eps`."""
    if p == 2:
        # the limit goes under the root, so that the gradient of a zero vector stays finite
        return input * ops.rsqrt(ops.clamp((input * input).sum(dim, keepdims=True), min=eps * eps))
    return input / ops.clamp(ops.vector_norm(input, p, dim, True), min=eps)
