from mindspore import ops


def is_new():
    import torch

    # TODO(torch2ms): [T2M701] a setting of torch's own libraries: leave it out
    return torch.backends.mps.is_macos_or_newer(14, 0)


def relu(x):
    return ops.relu(x)
