import torch
import torch.nn.functional as F


def ones(x):
    import torch

    return torch.ones(2) + x


def angle(x):
    return F.relu(torch.deg2rad(x))


if __name__ == "__main__":
    import torch

    print(torch.unknown_function(1))
