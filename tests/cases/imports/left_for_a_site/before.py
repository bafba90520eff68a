import torch
from torch import nn
import torch.nn.functional as F
from torch.nn.utils import prune


def run(x):
    prune.global_unstructured([], None)
    net = nn.FractionalMaxPool2d(3, output_size=4)
    return torch.sparse.mm(x, x), nn.Linear(3, 3)(F.relu(x)), net
