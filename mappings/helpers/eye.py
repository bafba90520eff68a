from mindspore import ops


def eye(n, m=None, dtype=None, **options):
    """ops.eye with the arguments of torch.eye; device and layout mean nothing here."""
    return ops.eye(n, m, dtype)
