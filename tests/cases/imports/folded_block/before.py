import sys

import torch

if torch.__version__ >= "2.4.0":
    Mode = torch.overrides.TorchFunctionMode
else:
    Mode = None

if sys.version_info > (3, 8):

    class Quiet(torch.overrides.TorchFunctionMode):
        pass


def relu(x):
    return torch.relu(x)


def mode():
    return Mode() or Quiet()
