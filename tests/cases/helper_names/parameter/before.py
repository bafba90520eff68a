import torch.nn.functional as F


def activate(x, mish=True):
    return F.mish(x) if mish else F.relu(x)
