"""What is read of a device that is passed around."""


def describe(device="cpu"):
    # TODO(torch2ms): [T2M701] a device is a str in MindSpore, without type or index: set the…
    return device.type


def where(device: str, index):
    # TODO(torch2ms): [T2M701] a device is a str in MindSpore, without type or index: set the…
    return device.index if index is None else index


def main():
    return describe(), where("cpu", 1)
