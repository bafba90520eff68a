import torch
from .layers import Special


def freeze(net, mode):
    for m in net.modules():
        if isinstance(m, torch.nn.modules.batchnorm._NormBase):
            m.train(mode)
        elif isinstance(m, Special):
            m.eval()


def build():
    return torch.nn.Sequential(torch.nn.Linear(3, 3), torch.nn.BatchNorm1d(3))
