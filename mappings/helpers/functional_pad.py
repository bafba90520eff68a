"""Padding whose widths may be negative: there it cuts off."""

from mindspore import ops


def pad(input, pad, mode="constant", value=None):
    """ops.pad that cuts off where a width is negative; PadV3 remembers such widths from one call to the next."""
    if mode != "constant":
        return ops.pad(input, pad, mode)
    kept = [slice(None)] * input.ndim
    for axis in range(len(pad) // 2):
        before, after = pad[2 * axis : 2 * axis + 2]
        kept[-1 - axis] = slice(max(-before, 0), input.shape[-1 - axis] - max(-after, 0))
    return ops.pad(input[tuple(kept)], [max(width, 0) for width in pad], mode, value)
