from mindspore import nn


def checkpoint_sequential(functions, segments, input, use_reentrant=None, **settings):
    """Calls functions or the parts of a Cell one after the other, as torch's does; .recompute() saves the memory."""
    for function in functions.cells() if isinstance(functions, nn.Cell) else functions:
        input = function(input)
    return input
