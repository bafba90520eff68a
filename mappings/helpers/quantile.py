import mindspore as ms
from mindspore import Tensor, ops


def quantile(input, q, dim=None, keepdim=False, interpolation="linear"):
    """Quantiles along a dimension, as torch.quantile computes them (linear, lower, higher, midpoint, nearest)."""
    ndim = input.ndim
    axis = 0 if dim is None else dim % ndim
    ordered = ops.sort(input.reshape(-1) if dim is None else input.swapaxes(axis, -1), -1)[0]
    at = (q if isinstance(q, Tensor) else ms.tensor(q, input.dtype)) * (ordered.shape[-1] - 1)
    if interpolation == "nearest":
        at = ops.round(at)
    low = ops.floor(at)
    weight = at - low
    if interpolation in ("lower", "higher", "midpoint"):
        weight = {"lower": 0.0, "higher": 1.0, "midpoint": 0.5}[interpolation] * (weight > 0)
    index = low.astype(ms.int64)
    after = ops.clamp(index + 1, max=ordered.shape[-1] - 1)
    first, second = ops.gather(ordered, index, ordered.ndim - 1), ops.gather(ordered, after, ordered.ndim - 1)
    result = first + weight.astype(input.dtype) * (second - first)
    single = at.ndim == 0
    if single:
        result = result.expand_dims(-1)
    if dim is None:
        result = result.reshape((1,) * ndim + (-1,)) if keepdim else result
    else:
        result = result.expand_dims(-2).swapaxes(axis, -2)
        result = result if keepdim else result.squeeze(axis)
    return result.squeeze(-1) if single else ops.movedim(result, -1, 0)
