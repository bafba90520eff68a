import mindspore as ms
from mindspore import ops


def ones(*size, dtype=None, **options):
    """ops.ones with the arguments of torch.ones; device and layout mean nothing here."""
    return ops.ones(options.get("size", size[0] if len(size) == 1 else size), dtype or ms.float32)
