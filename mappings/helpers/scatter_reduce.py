from mindspore import ops


def scatter_reduce(input, dim, index, src, reduce, include_self=True):
    """Reduce all values of `src` that `index` sends to the same place, with those of `input` there if wanted."""
    src = src[tuple(slice(0, n) for n in index.shape)]
    one = ops.ones_like(src)
    hit = ops.tensor_scatter_elements(ops.zeros_like(input), index, one, dim, "add")
    kept = ops.ones_like(input) if include_self else (hit == 0).astype(input.dtype)
    if reduce in ("sum", "mean"):
        total = ops.tensor_scatter_elements(input * kept, index, src, dim, "add")
        if reduce == "sum":
            return total
        count = hit + kept
        return total / count if input.is_floating_point() else ops.floor_divide(total, count)
    places = [
        ops.arange(n).reshape([-1 if axis == place else 1 for place in range(index.ndim)]).broadcast_to(index.shape)
        for axis, n in enumerate(index.shape)
    ]
    places[dim % index.ndim] = index
    place = ops.stack([axis.astype(index.dtype) for axis in places], axis=-1)

    def weight(x, value, zeros):
        """The product of the others."""
        rest = ops.where(zeros == 0, value / ops.where(x == 0, 1, x), ops.zeros_like(x))
        return ops.where(x == 0, ops.where(zeros == 1, value, ops.zeros_like(x)), rest)

    def of_src(x):
        return ops.gather_elements(x, dim, index)

    if reduce == "prod":
        factor = ops.where(ops.logical_and(kept > 0, input != 0), input, ops.ones_like(input))
        product = ops.tensor_scatter_mul(factor, place, ops.where(src == 0, one, src))
        zero = (input == 0).astype(input.dtype) * kept
        zeros = ops.tensor_scatter_elements(zero, index, (src == 0).astype(src.dtype), dim, "add")
        value = ops.where(zeros == 0, product, ops.zeros_like(product))
        in_input, in_src = weight(input, product, zeros) * kept, weight(src, of_src(product), of_src(zeros))
    else:
        # The gradient goes in equal parts to all values that are the largest (smallest) of their place.
        if reduce == "amax":
            best, worst = ops.tensor_scatter_max, ops.minimum(input.min(), src.min())
        else:
            best, worst = ops.tensor_scatter_min, ops.maximum(input.max(), src.max())
        value = best(ops.where(kept > 0, input, worst), place, src)
        is_input, is_src = (input == value).astype(input.dtype) * kept, (src == of_src(value)).astype(src.dtype)
        count = ops.tensor_scatter_elements(is_input, index, is_src, dim, "add")
        in_input, in_src = is_input / count, is_src / of_src(count)
    in_input, in_src = ops.stop_gradient(in_input), ops.stop_gradient(in_src)
    total = ops.tensor_scatter_elements(input * in_input, index, src * in_src, dim, "add")
    return ops.stop_gradient(value) + (total - ops.stop_gradient(total))
