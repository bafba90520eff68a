from mindspore import ops


def largest(x, y):
    a = ops.exp(x)
    b = ops.exp(y)
    v = ops.maximum(a, b)
    kept = [v]
    kept[0] += 1
    v = kept[0]
    w = ops.minimum(a, b)
    same = w
    same *= 2
    w = same
    total = ops.arange(3.0).max()
    again = total
    again += 1
    total = again
    return v, kept, w, total
