"""nn.BatchNorm2d with torch's parameters: `momentum` is the share of the new batch."""

import mindspore as ms
from mindspore import nn


class BatchNorm2d(nn.BatchNorm2d):
    """nn.BatchNorm2d with torch's parameters."""

    def __init__(
        self,
        num_features,
        eps=1e-5,
        momentum=0.1,
        affine=True,
        track_running_stats=True,
        device=None,
        dtype=None,
    ):
        super().__init__(
            num_features,
            eps=float(eps),
            momentum=1 - momentum,
            affine=bool(affine),
            use_batch_statistics=None if track_running_stats else True,
            dtype=dtype or ms.float32,
        )
