from mindspore import ops, Tensor


def arithmetic(a: Tensor, b: Tensor):
    x = a + b
    x = x + b
    x = x + 2 * b
    x = (x - b) * 2
    x = ((x * a) + b).clamp(min=0)
    x = x / b
    return x


def values(a: Tensor, b: Tensor):
    zero, three, unit, copy, masked, power, root = [a * 1 for _ in range(7)]
    zero = ops.zeros_like(zero)
    three = ops.full_like(three, 3)
    unit = unit.clamp(0, 1)
    copy = ops.broadcast_to(b, copy.shape).astype(copy.dtype)
    masked = masked.masked_fill(b > 1, -1.0)
    power = power.exp()
    root = b * 2
    root = root.sqrt()
    return zero, three, unit, copy, masked, power, root


def shapes(a: Tensor):
    x = a * 2
    x = x.unsqueeze(0)
    x = -x.swapaxes(0, 1)
    return x


def parts(a: Tensor, b: Tensor):
    x = a + b
    x[0] = x[0] + 1
    x[0, 1:] = x[0, 1:] * b[1, 1:]
    x[:, 0] = b[:, 1]
    return x


def selected(a: Tensor, b: Tensor):
    x = a + b
    # TODO(torch2ms): [T2M303] assign to x[mask] (indexing with a tensor or a list makes a copy, and
    #   only the copy changes)
    x[b > 1].zero_()
    return x
