"""nn.GroupNorm with torch's parameters."""

import mindspore as ms
from mindspore import nn


class GroupNorm(nn.GroupNorm):
    """nn.GroupNorm with torch's parameters."""

    def __init__(self, num_groups, num_channels, eps=1e-5, affine=True, device=None, dtype=None):
        super().__init__(num_groups, num_channels, eps=float(eps), affine=bool(affine), dtype=dtype or ms.float32)
