import importlib

import pytest

# TODO(torch2ms): [T2M104] write import torch (torch is imported by its name)
torch = importlib.import_module("torch")
# TODO(torch2ms): [T2M104] write import torch.nn.functional (torch.nn.functional is imported by its
#   name)
functional = __import__("torch.nn.functional")
# TODO(torch2ms): [T2M104] write import torchvision (torchvision is imported by its name)
torchvision = pytest.importorskip("torchvision")
numpy = importlib.import_module("numpy")


def layers(kind):
    # TODO(torch2ms): [T2M104] write import torch.nn (torch.nn is imported by its name)
    return importlib.import_module(f"torch.nn.{kind}")


def run(x):
    return torch.relu(x)
