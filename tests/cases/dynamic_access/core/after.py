from mindspore import ops

_HAS_NONE = hasattr(None, "__class__")
_HAS_SCALAR = False


def relu(x):
    return ops.relu(x) if _HAS_NONE else x
