from mindspore import ops

__all__ = ["scale", "on_rpc"]

on_rpc = False


def scale(x):
    return ops.relu(x) * 2
