import importlib

import pytest

# TODO(torch2ms): [T2M104] torch is imported by its name: write import torch
torch = importlib.import_module("torch")
# TODO(torch2ms): [T2M104] torch.nn.functional is imported by its name: write import…
functional = __import__("torch.nn.functional")
# TODO(torch2ms): [T2M104] torchvision is imported by its name: write import torchvision
torchvision = pytest.importorskip("torchvision")
numpy = importlib.import_module("numpy")


def layers(kind):
    # TODO(torch2ms): [T2M104] torch.nn is imported by its name: write import torch.nn
    return importlib.import_module(f"torch.nn.{kind}")


def run(x):
    return torch.relu(x)
