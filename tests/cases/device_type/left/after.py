from mindspore import Tensor


def index(x: Tensor):
    # TODO(torch2ms): [T2M701] a device is a str in MindSpore, without type or index: set the…
    return x.device.index


def kind(x: Tensor):
    # TODO(torch2ms): [T2M701] a device is a str in MindSpore, without type or index: set the…
    return x.device.type


def other(x: Tensor, device):
    # TODO(torch2ms): [T2M701] a device is a str in MindSpore, without type or index: set the…
    return device.type == "sensor" or x.device.type == kind(x)
