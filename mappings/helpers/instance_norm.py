"""Instance normalisation: a group for each channel (nn.InstanceNorm has no CPU kernel)."""

import mindspore as ms
from mindspore import nn


class InstanceNorm(nn.GroupNorm):
    """torch's InstanceNorm1d, 2d and 3d without running statistics."""

    def __init__(
        self,
        num_features,
        eps=1e-5,
        momentum=0.1,
        affine=False,
        track_running_stats=False,
        device=None,
        dtype=None,
    ):
        if track_running_stats:
            raise ValueError("running statistics are not kept")
        super().__init__(num_features, num_features, eps=eps, affine=affine, dtype=dtype or ms.float32)
        self.num_features = num_features
