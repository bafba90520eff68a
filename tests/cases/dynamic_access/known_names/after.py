import torch
from mindspore import nn, ops
import torch.nn.functional as F

if hasattr(nn, 'SiLU'):
    Swish = nn.SiLU
else:
    class Swish(nn.Cell):
        def construct(self, x):
            return x * ops.sigmoid(x)

# TODO(torch2ms): [T2M104] an attribute of torch.nn.functional is looked up by its name: write out…
fused = hasattr(F, "scaled_dot_product_attention")
gelu = not hasattr(ops, "gelu")
# TODO(torch2ms): [T2M104] an attribute of torch.nn is looked up by its name: write out what it…
old = hasattr(torch.nn, "Softplus7")
