from mindspore import ops, Tensor


def run(x: Tensor):
    values = ops.max(x, 1)[0]
    indices = ops.max(x, 1)[1]
    first = ops.max(x, 1)[0]
    best, place = ops.max(x, 1)
    result = ops.sort(x, axis=1)
    top = ops.topk(x, 3)
    _, kept = ops.topk(x, 2, dim=-1)
    low = ops.min(x, 0)[1]
    return values + first + result[0] + top[0], indices, place, result[1].long(), low, best, kept.long()
