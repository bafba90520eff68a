from mindspore import ops, Tensor


def top(x: Tensor, keep: Tensor):
    # TODO(torch2ms): [T2M301] a softmax that meets a row of -inf alone is zero everywhere in…
    return ops.argmax(x.masked_fill(~keep, float("-inf")), 1)
