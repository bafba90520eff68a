import torch

try:
    from apex.normalization import FusedLayerNorm as Norm

    print("the norm of apex")
except ImportError:
    from torch.nn import LayerNorm as Norm

# Nothing but the import is tried: what stands in for it is what there is.
try:
    from apex.normalization import FusedRMSNorm as Plain
except ImportError:
    from torch.nn import LayerNorm as Plain


def normed(x):
    return Norm(3)(x) + Plain(3)(x)


def plain(x):
    return torch.relu(Plain(3)(x))
