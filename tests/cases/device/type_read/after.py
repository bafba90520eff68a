"""What is read of a device that is passed around."""


def describe(device="cpu"):
    # TODO(torch2ms): [T2M701] set the device once: ms.set_device(...) (a device is a str in
    #   MindSpore, without type or index)
    return device.type


def where(device: str, index):
    # TODO(torch2ms): [T2M701] set the device once: ms.set_device(...) (a device is a str in
    #   MindSpore, without type or index)
    return device.index if index is None else index


def main():
    return describe(), where("cpu", 1)
