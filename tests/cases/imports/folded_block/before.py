import torch

if torch.__version__ >= "2.4.0":
    Mode = torch.overrides.TorchFunctionMode
else:
    Mode = None


def relu(x):
    return torch.relu(x)


def mode():
    return Mode()
