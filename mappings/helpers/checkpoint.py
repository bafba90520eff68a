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
