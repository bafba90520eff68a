from mindspore import ops


def arange(*args, dtype=None, **options):
    """ops.arange with the arguments of torch.arange; device and layout mean nothing here."""
    bounds = {name: options[name] for name in ("start", "end", "step") if name in options}
    return ops.arange(*args, **bounds, dtype=dtype)
