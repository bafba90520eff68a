from mindspore import ops, Tensor


def top(x: Tensor, keep: Tensor):
    # TODO(torch2ms): [T2M301] a softmax that meets a row of -inf alone is zero everywhere in
    #   MindSpore, and cross entropy of a -inf NaN: mask with -1e9 if one follows
    return ops.argmax(x.masked_fill(~keep, float("-inf")), 1)
