import sys

import torch

try:
    from apex.normalization import FusedLayerNorm as LayerNorm
except ImportError:
    from torch.nn import LayerNorm

try:
    from xformers.ops import gelu

    has_xformers = True
except (ImportError, ModuleNotFoundError):
    from torch.nn.functional import gelu

    has_xformers = False

try:
    import fused.nn as layers
except Exception:
    import torch.nn as layers

if sys.version_info > (3, 99):
    from fused import relu
else:
    from torch.nn.functional import relu


def norm(x):
    try:
        from apex.norm import RMS as Norm
    except ImportError:
        from torch.nn import LayerNorm as Norm
    return Norm(3)(x)


def run(x):
    return LayerNorm(3)(gelu(x)) + layers.Linear(3, 3)(x) * 0 + norm(x), has_xformers


def left(x):
    return relu(x)
