from mindspore import ops, Tensor


def masks(x: Tensor):
    mask = x > 0
    heads = mask.int().repeat_interleave(2, 0).bool()
    rows = ops.repeat_interleave(mask.int(), 3, axis=1).bool()
    return heads, rows & rows, x.repeat_interleave(2, 0)
