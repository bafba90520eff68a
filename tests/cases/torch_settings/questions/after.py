from mindspore import ops


def is_new():
    import torch

    # TODO(torch2ms): [T2M701] leave it out (a setting of torch's own libraries)
    return torch.backends.mps.is_macos_or_newer(14, 0)


def relu(x):
    return ops.relu(x)
