import torch
from .layers import Special


def freeze(net, mode):
    for m in net.modules():
        if isinstance(m, torch.nn.modules.batchnorm._NormBase):
            m.train(mode)
        elif isinstance(m, Special):
            m.eval()
