from mindspore import nn


def checkpoint(
    function,
    *args,
    use_reentrant=None,
    context_fn=None,
    determinism_check="default",
    debug=False,
    early_stop=True,
    preserve_rng_state=True,
    **kwargs,
):
    """Calls a function at once, as torch's checkpoint does; .recompute() of a Cell saves the memory."""
    return function(*args, **kwargs)


def checkpoint_sequential(functions, segments, input, use_reentrant=None, **settings):
    """Calls functions or the parts of a Cell one after the other, as torch's does; .recompute() saves the memory."""
    for function in functions.cells() if isinstance(functions, nn.Cell) else functions:
        input = function(input)
    return input


def asked(x):
    import torch

    # TODO(torch2ms): [T2M404] leave the question out, or ask for self.training in a Cell (MindSpore
    #   has no switch for recording gradients)
    if torch.is_grad_enabled():
        return x * 2
    return x + 1


def switched(x, flag):
    import torch

    # TODO(torch2ms): [T2M404] leave the question out, or ask for self.training in a Cell
    #   (MindSpore has no switch for recording gradients)
    if torch.is_grad_enabled():
        x = x * 2
    return x


def otherwise(x, f, g, flags, fs):
    import torch

    # TODO(torch2ms): [T2M404] leave the question out, or ask for self.training in a Cell (MindSpore
    #   has no switch for recording gradients)
    if torch.is_grad_enabled():
        x = flags.checkpoint(f, x)
    else:
        x = g(x)
    x = checkpoint(f, x, **flags)
    x = checkpoint_sequential(fs, 2, x)
    return map(checkpoint, fs)
