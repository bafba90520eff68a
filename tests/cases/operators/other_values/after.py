from mindspore import Tensor


def masks(x: Tensor, mask: Tensor):
    size = x.shape[0]
    half = size >> 1
    keep = ~mask & (x > 0)
    valid = ~(x > 1)
    loss = x.mean() + x.sum()
    return keep, valid, half, size << 2, ~size, x + loss, x - x.mean(), abs(x), [0] * size, x.double() + x.double().mean()
