import mindspore as ms
from mindspore import ops, Tensor


def likes(x):
    zeros = ops.zeros_like(x)
    total = zeros
    total += x
    zeros = total
    filled = ops.full_like(x, 2.0)
    other = filled
    other *= 3
    filled = other
    ones = [ops.ones_like(x)]
    first = ones[0]
    first.copy_(first - x)
    return zeros, total, filled, other, ones[0], first


def news(x: Tensor):
    zeros = ops.zeros((2, 3), x.dtype)
    kept = zeros
    zeros += x
    kept = zeros
    values = ms.tensor([1.0, 2.0, 3.0], x.dtype)
    same = values
    same += 1
    values = same
    return zeros, kept, values, same


def momentum(x: Tensor):
    buffers = [ops.zeros_like(row) for row in x]
    for _ in range(2):
        for buffer, row in zip(buffers, x):
            buffer.copy_(buffer + row)
    kept = []
    total = ops.zeros((3,), x.dtype)
    for row in x:
        total.copy_(total + row)
        kept.append(total)
    return buffers, kept


def sizes_hold_nothing(x: Tensor):
    rows = x.shape[0]
    count = rows
    count += 1
    return x[:rows], count
