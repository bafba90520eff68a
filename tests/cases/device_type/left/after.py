from mindspore import Tensor


def index(x: Tensor):
    # TODO(torch2ms): [T2M701] set the device once: ms.set_device(...) (a device is a str in
    #   MindSpore, without type or index)
    return x.device.index


def kind(x: Tensor):
    # TODO(torch2ms): [T2M701] set the device once: ms.set_device(...) (a device is a str in
    #   MindSpore, without type or index)
    return x.device.type


def other(x: Tensor, device):
    # TODO(torch2ms): [T2M701] set the device once: ms.set_device(...) (a device is a str in
    #   MindSpore, without type or index)
    return device.type == "sensor" or x.device.type == kind(x)
