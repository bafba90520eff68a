import logging

import mindspore as ms
from mindspore import Tensor


class Named:
    def __init__(self, x: Tensor):
        self.x = x
        self.text = f"{tuple(x.shape)}, {str(tuple(x.shape))}"

    def __repr__(self):
        return f"Named({self.x.dtype})"


def main(x: Tensor):
    if x.dtype != ms.float32:
        raise TypeError(f"expected torch.float32, got {x.dtype}: {str(x.shape)}")
    if not x.numel() > 0:
        raise RuntimeError(f"{x.dtype} of {x.shape}")
    logging.getLogger(__name__).info("dtype %s", str(x.dtype))
    return Named(x).text
