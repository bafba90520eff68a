from mindspore import ops


def normalize(input, p=2.0, dim=1, eps=1e-12):
    """`input` over its p-norm along `dim`, or of all elements; the norm is at least `eps`."""
    if p == 2:
        # the limit goes under the root, so that the gradient of a zero vector stays finite
        return input * ops.rsqrt(ops.clamp((input * input).sum(dim, keepdims=True), min=eps * eps))
    norm = ops.norm(input.flatten(), p) if dim is None else ops.norm(input, p, dim, True)
    return input / ops.clamp(norm, min=eps)
