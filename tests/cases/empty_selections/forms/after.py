from mindspore import ops, Tensor


def losses(x: Tensor, y: Tensor):
    mask = y > 0
    chosen = x[mask]
    # TODO(torch2ms): [T2M703] ask first: if mask.any() (MindSpore's kernel for CPU gives anything
    #   here when the mask selects nothing)
    squares = ops.masked_select(x, mask).pow(2).sum()
    # TODO(torch2ms): [T2M703] ask first: if mask.any() (MindSpore's kernel for CPU gives anything
    #   here when the mask selects nothing)
    return x[x > 0].sum(), chosen.mean(), squares, ((x[mask] - y[mask]) ** 2).mean(), ops.sum(x[mask])
