from mindspore import ops, Tensor


def grid(x: Tensor):
    a = ops.arange(3)
    # TODO(torch2ms): [T2M701] set the device once: ms.set_device(...) (a device is a str in
    #   MindSpore, without type or index)
    return x + a, x.device.type
