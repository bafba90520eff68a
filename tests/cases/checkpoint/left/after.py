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
    from torch.utils.checkpoint import checkpoint_sequential

    # TODO(torch2ms): [T2M404] leave the question out, or ask for self.training in a Cell (MindSpore
    #   has no switch for recording gradients)
    if torch.is_grad_enabled():
        x = flags.checkpoint(f, x)
    else:
        x = g(x)
    x = checkpoint(f, x, **flags)
    # TODO(torch2ms): [T2M201] call .recompute() on the Cell after building it, and call the Cell
    #   directly (recomputation belongs to a Cell, not to a call)
    x = checkpoint_sequential(fs, 2, x)
    return map(checkpoint, fs)
