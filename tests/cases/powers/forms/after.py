from mindspore import ops, Tensor


def ones(x: Tensor):
    return (ops.ones_like(x)).sum() + ops.ones_like(x).sum() + ops.ones_like(x).sum() + x.sum()
