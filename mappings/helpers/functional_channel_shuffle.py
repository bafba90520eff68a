def channel_shuffle(input, groups):
    """Interleave `groups` groups of channels."""
    n, c = input.shape[:2]
    rest = input.shape[2:]
    return input.reshape(n, groups, c // groups, *rest).swapaxes(1, 2).reshape(n, c, *rest)
