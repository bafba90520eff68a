"""A device of something else. Not torch's."""


def place(x, device):
    return x.move(device=x.device.type)
