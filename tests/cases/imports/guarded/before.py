try:
    import torch
    from torch import nn
except ImportError:
    torch = None

try:
    from torch.nn import Identity
except ImportError:
    Identity = None


def run(x):
    return torch.relu(x), nn.ReLU()
