def device_type(device=None):
    import torch

    if device is None:
        # TODO(torch2ms): [T2M701] set the device once: ms.set_device(...) (MindSpore places tensors
        #   by its context)
        device = torch.device("cpu")
    # TODO(torch2ms): [T2M701] set the device once: ms.set_device(...) (MindSpore places tensors by
    #   its context)
    found = torch.device(device).type if isinstance(device, str) else device.type
    return found


def plain_type(x):
    return x.device.type


def named(x):
    return "mps" if x.dim() == 2 else x.device.type


def kind_of(x):
    return x.name.type


def scale(x):
    x = x * 2
    return x


def left(x):
    # One of the texts is what is asked for.
    if named(x) == "mps":
        x = x * 5
    return x


def unknown(x):
    return kind_of(x) == "tpu"
