from mindspore import ops


def zeros(*size, dtype=None, **options):
    """ops.zeros with the arguments of torch.zeros; device and layout mean nothing here."""
    return ops.zeros(options.get("size", size[0] if len(size) == 1 else size), dtype)
