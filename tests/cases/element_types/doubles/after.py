import mindspore as ms
from mindspore import ops


def normalize(input, p=2.0, dim=1, eps=1e-12):
    """`input` over its p-norm along `dim`, or of all elements; the norm is at least `eps`."""
    if p == 2:
        # the limit goes under the root, so that the gradient of a zero vector stays finite
        return input * ops.rsqrt(ops.clamp((input * input).sum(dim, keepdims=True), min=eps * eps))
    return input / ops.clamp(ops.vector_norm(input, p, dim, True), min=eps)


def lengths(x):
    exact = x.double()
    # TODO(torch2ms): [T2M308] cast to float32, and back (MindSpore has no norm of float64;
    #   MindSpore has no vector_norm of float64; MindSpore has no nan_to_num of float64; MindSpore
    #   has no normalize of float64)
    return exact.norm(2, 1), exact.flatten().norm(2, 0), ops.nan_to_num(exact), normalize(exact, p=1, dim=1)


def of_floats(x):
    counts = ms.tensor([1, 2])
    exact = x.double()
    same = normalize(exact, dim=1).float(), exact.exp().sum(), counts
    return same, x.flatten().norm(2, 0), ops.nan_to_num(x), exact.float().flatten().norm(2, 0)
