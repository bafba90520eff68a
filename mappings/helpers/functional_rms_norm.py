import mindspore as ms
from mindspore import ops


def rms_norm(input, normalized_shape, weight=None, eps=None):
    """Divide by the root mean square over the last `len(normalized_shape)` axes."""
    axes = tuple(range(-len(normalized_shape), 0))
    eps = 1.1920928955078125e-07 if eps is None else eps  # the spacing of float32 at 1
    x = input.astype(ms.float32)
    out = (x * ops.rsqrt((x * x).mean(axes, keep_dims=True) + eps)).astype(input.dtype)
    return out if weight is None else (out * weight).astype(input.dtype)
