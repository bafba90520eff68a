import mindspore as ms
from mindspore import ops


def interpolate(
    input,
    size=None,
    scale_factor=None,
    mode="nearest",
    align_corners=None,
    recompute_scale_factor=None,
    antialias=False,
):
    """Resize the spatial axes one by one, each with the matrix of its weights."""
    out = input.astype(ms.float32)
    for axis in range(2, input.ndim):
        n = input.shape[axis]
        step = 0.0
        if size is not None:
            m = size if isinstance(size, int) else size[axis - 2]
        else:
            factor = scale_factor if isinstance(scale_factor, (int, float)) else scale_factor[axis - 2]
            m = int(n * factor)
            step = 0.0 if recompute_scale_factor or mode == "area" else 1 / factor
        if align_corners:
            step = (n - 1) / (m - 1) if m > 1 else 0.0
        elif step == 0.0:
            step = n / m
        i = ops.arange(m).astype(ms.float32).reshape(m, 1)
        j = ops.arange(n).astype(ms.float32).reshape(1, n)
        if mode in ("nearest", "nearest-exact"):
            source = ops.floor(i * step if mode == "nearest" else (i + 0.5) * step)
            weight = (ops.clamp(source, max=n - 1) == j).astype(ms.float32)
        elif mode == "area":
            weight = ops.logical_and(j >= ops.floor(i * step), j < ops.ceil((i + 1) * step)).astype(ms.float32)
        elif antialias:
            wide = max(step, 1.0)
            reach = (2 if mode == "bicubic" else 1) * wide
            center = (i + 0.5) * step
            x = ops.abs(j - center + 0.5) / wide
            if mode == "bicubic":
                far = ((-0.5 * x + 2.5) * x - 4) * x + 2
                weight = ops.where(x < 1, (1.5 * x - 2.5) * x * x + 1, ops.where(x < 2, far, 0.0))
            else:
                weight = ops.clamp(1 - x, min=0)
            inside = ops.logical_and(j >= ops.floor(center - reach + 0.5), j < ops.floor(center + reach + 0.5))
            weight = weight * inside.astype(ms.float32)
        else:
            source = i * step if align_corners else (i + 0.5) * step - 0.5
            if mode == "bicubic":
                weight = ops.zeros((m, n), ms.float32)
                for k in (-1, 0, 1, 2):
                    tap = ops.floor(source) + k
                    x = ops.abs(source - tap)
                    far = ((-0.75 * x + 3.75) * x - 6) * x + 3
                    near = (1.25 * x - 2.25) * x * x + 1
                    hit = (ops.clamp(tap, 0, n - 1) == j).astype(ms.float32)
                    weight = weight + hit * ops.where(x <= 1, near, far)
            else:
                weight = ops.clamp(1 - ops.abs(ops.clamp(source, 0, n - 1) - j), min=0)
        weight = weight / weight.sum(1, keepdims=True)
        out = ops.matmul(out.swapaxes(axis, -1), weight.T).swapaxes(axis, -1)
    return out.astype(input.dtype)
