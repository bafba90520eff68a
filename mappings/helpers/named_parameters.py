"""Names and parameters without what torch counts as buffers."""


def named_parameters(cell, buffers=(), recurse=True):
    """Names and parameters of a cell, trainable or frozen, without moving statistics and those named in `buffers`."""
    left_out = ("moving_mean", "moving_variance", *buffers)
    pairs = cell.parameters_and_names(expand=recurse)
    return [(name, p) for name, p in pairs if name.split(".")[-1] not in left_out]
