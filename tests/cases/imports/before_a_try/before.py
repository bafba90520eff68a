import sys

try:
    import torch
    import torch.nn as nn
except ImportError as error:
    raise ImportError("needs torch") from error

loss = nn.CrossEntropyLoss()


def run(x, y):
    return loss(x, y)
