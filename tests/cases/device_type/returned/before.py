import torch


def device_type(device=None):
    if device is None:
        device = torch.device("cpu")
    found = torch.device(device).type if isinstance(device, str) else device.type
    return "rocm" if found == "cuda" and torch.version.hip is not None else found


def plain_type(x):
    return x.device.type


def named(x):
    return "mps" if x.dim() == 2 else x.device.type


def kind_of(x):
    return x.name.type


def scale(x):
    if device_type() != "tpu":
        x = x * 2
    if plain_type(x) in ("mps", "xpu"):
        x = x * 3
    return x


def left(x):
    # One of the texts is what is asked for.
    if named(x) == "mps":
        x = x * 5
    return x


def unknown(x):
    return kind_of(x) == "tpu"
