from mindspore import ops


def erfinv(input):
    """The inverse of the error function: a rough start, and two steps of Newton. Near 1, ops.erfinv is 12 % off."""
    direction = ops.where(input < 0, -1.0, 1.0).astype(input.dtype)
    size = ops.stop_gradient(input * direction)
    log = ops.log((1 - size) * (1 + size))
    part = 4.3307467508 + log / 2
    value = ops.sqrt(ops.sqrt(part * part - log / 0.147) - part)
    for _ in range(2):
        # 0.886... is half the square root of pi.
        step = (ops.erfc(value) - (1 - input * direction)) * ops.exp(value * value) * 0.886226925452758
        value = ops.where(size < 1, value + step, value)
    return value * direction
