from mindspore import ops, Tensor


def f(q: Tensor, k: Tensor, v: Tensor):
    scores = ops.matmul(q, k.swapaxes(-1, -2))
    out = ops.matmul(scores, v)
    outer = q[0, 0, 0].expand_dims(-1) * k[0, 0, 0]
    flat = ops.matmul(q.permute(0, 2, 1, 3), k.permute(0, 2, 3, 1)) * 2
    return out, outer + 1, flat, (outer * outer).sum() / 2
