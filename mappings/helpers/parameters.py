"""Parameters without what torch counts as buffers."""


def parameters(cell, buffers=(), recurse=True):
    """The parameters of a cell, trainable or frozen, without moving statistics and without those named in `buffers`."""
    left_out = ("moving_mean", "moving_variance", *buffers)
    return [p for name, p in cell.parameters_and_names(expand=recurse) if name.split(".")[-1] not in left_out]
