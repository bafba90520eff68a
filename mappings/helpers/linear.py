"""nn.Dense with torch's parameters, for places where the class itself is passed around."""

import mindspore as ms
from mindspore import nn


class Linear(nn.Dense):
    """nn.Dense with torch's parameters."""

    def __init__(self, in_features, out_features, bias=True, device=None, dtype=None):
        super().__init__(in_features, out_features, has_bias=bool(bias), dtype=dtype or ms.float32)
