from mindspore import nn, ops

try:
    from apex.normalization import FusedLayerNorm as Norm

    print("the norm of apex")
except ImportError:
    from torch.nn import LayerNorm as Norm

# Nothing but the import is tried: what stands in for it is what there is.


def normed(x):
    return Norm(3)(x) + nn.LayerNorm((3,), epsilon=1e-5)(x)


def plain(x):
    return ops.relu(nn.LayerNorm((3,), epsilon=1e-5)(x))
