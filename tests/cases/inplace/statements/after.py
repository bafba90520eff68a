from mindspore import ops, Tensor


def scale(a: Tensor, b: Tensor):
    x = a + b
    x = x + b
    x = x + 2 * b
    x = (x - b) * 2
    x = ((x * a) + b).clamp(min=0)
    x = x / b
    x = ops.zeros_like(x)
    x = ops.full_like(x, 3)
    x = x.clamp(0, 1)
    x = ops.broadcast_to(b, x.shape).astype(x.dtype)
    x = x.masked_fill(b > 0, -1.0)
    x = x.exp()
    x = -x.sqrt()
    x = x.unsqueeze(0)
    x = x.swapaxes(0, 1)
    x[0] = x[0] + 1
    x[0, 1:] = x[0, 1:] * b
    x[:, 0] = b
    # TODO(torch2ms): [T2M303] indexing with a tensor or a list makes a copy, and only the copy…
    x[b > 0].zero_()
    return x
