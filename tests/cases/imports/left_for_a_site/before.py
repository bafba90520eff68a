import torch
from torch import nn
import torch.nn.functional as F
from torch.nn.utils import prune


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)

    def forward(self, x):
        return self.fc(F.relu(x))


def pruned(net):
    prune.global_unstructured([(net.fc, "weight")], prune.L1Unstructured, amount=3)
    return net


def product(x):
    return torch.pca_lowrank(x)[0].abs()


pool = nn.FractionalMaxPool2d(3, output_size=4)
