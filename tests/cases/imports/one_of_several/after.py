from mindspore import ops


def ones(x):
    return ops.ones((2,)) + x


def angle(x):
    return ops.relu(ops.deg2rad(x))


if __name__ == "__main__":
    import torch

    # TODO(torch2ms): [T2M205] convert it by hand (torch.unknown_function is not in the tables)
    print(torch.unknown_function(1))
