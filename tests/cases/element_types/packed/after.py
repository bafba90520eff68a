from mindspore import ops, Tensor


def pack(tensors, pattern):
    """Join tensors along the axis `*`, which stands for any number of axes of each; return their shapes there too."""
    axes = pattern.split()
    before = axes.index("*")
    after = len(axes) - before - 1
    shapes, flat = [], []
    for x in tensors:
        end = x.ndim - after
        shapes.append(x.shape[before:end])
        flat.append(x.reshape((*x.shape[:before], -1, *x.shape[end:])))
    return ops.cat(flat, axis=before), shapes


def packed(x: Tensor):
    steps = ops.arange(3)
    out, shapes = pack([steps.astype(x.dtype), x], '*')
    return out, shapes


def alone(x: Tensor, y: Tensor):
    out, shapes = pack((x, y), 'b *')
    return out, shapes
