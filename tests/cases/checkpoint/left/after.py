def asked(x):
    import torch

    # TODO(torch2ms): [T2M404] MindSpore has no switch for recording gradients: leave the question…
    if torch.is_grad_enabled():
        return x * 2
    return x + 1


def switched(x, flag):
    import torch

    # TODO(torch2ms): [T2M404] MindSpore has no switch for recording gradients: leave the…
    if torch.is_grad_enabled():
        x = x * 2
    return x


def otherwise(x, f, g, flags, fs):
    import torch
    from torch.utils.checkpoint import checkpoint, checkpoint_sequential

    # TODO(torch2ms): [T2M404] MindSpore has no switch for recording gradients: leave the question…
    if torch.is_grad_enabled():
        x = flags.checkpoint(f, x)
    else:
        x = g(x)
    # TODO(torch2ms): [T2M203] the arguments behind * or ** cannot be seen here, and MindSpore…
    x = checkpoint(f, x, **flags)
    # TODO(torch2ms): [T2M201] recomputation belongs to a Cell, not to a call: call .recompute()…
    x = checkpoint_sequential(fs, 2, x)
    # TODO(torch2ms): [T2M201] recomputation belongs to a Cell, not to a call: call .recompute()…
    return map(checkpoint, fs)
