from mindspore import ops


def embedding_bag(
    input, weight, offsets=None, mode="mean", per_sample_weights=None, include_last_offset=False, padding_idx=None
):
    """The sum, mean or maximum of the rows of `weight` in each bag: a row of `input`, or what lies between `offsets`.

    Bags without elements, those of `padding_idx` not counted, give zeros.
    """
    if per_sample_weights is not None and mode != "sum":
        raise NotImplementedError(f"per_sample_weights goes with mode='sum', not '{mode}'")
    rows = ops.gather(weight, input, 0)
    belongs = ops.ones_like(input) if padding_idx is None else input != padding_idx % weight.shape[0]
    belongs = belongs.astype(rows.dtype)
    if input.ndim == 2:
        belongs = belongs.expand_dims(1)
        factors = belongs if per_sample_weights is None else belongs * per_sample_weights.expand_dims(1)
    else:
        count = input.shape[0]
        starts, ends = offsets, ops.cat((offsets[1:], ops.full((1,), count, dtype=offsets.dtype)))
        if include_last_offset:
            starts, ends = offsets[:-1], offsets[1:]
        places = ops.arange(count).astype(offsets.dtype)
        inside = ops.logical_and(places >= starts.expand_dims(1), places < ends.expand_dims(1))
        belongs = (inside.astype(rows.dtype) * belongs).expand_dims(1)
        factors = belongs if per_sample_weights is None else belongs * per_sample_weights
    sizes = belongs.sum(-1)
    if mode == "max":
        lowest = ops.full_like(rows, -3.4e38)
        chosen = ops.where(ops.swapaxes(belongs, 1, 2) > 0, rows, lowest)
        return ops.where(sizes > 0, ops.amax(chosen, 1), ops.zeros_like(chosen[:, 0]))
    total = ops.matmul(factors, rows).squeeze(1)
    return total if mode == "sum" else total / ops.maximum(sizes, 1)
