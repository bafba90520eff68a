from mindspore import ops, Tensor


def grid(x: Tensor):
    a = ops.arange(3)
    # TODO(torch2ms): [T2M701] a device is a str in MindSpore, without type or index: set the…
    return x + a, x.device.type
