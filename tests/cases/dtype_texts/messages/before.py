import logging

import torch


class Named:
    def __init__(self, x: torch.Tensor):
        self.x = x
        self.text = f"{tuple(x.shape)}, {str(tuple(x.size()))}"

    def __repr__(self):
        return f"Named({self.x.dtype})"


def main(x: torch.Tensor):
    if x.dtype != torch.float32:
        raise TypeError(f"expected torch.float32, got {x.dtype}: {str(x.shape)}")
    torch._check(x.numel() > 0, lambda: f"{x.dtype} of {x.shape}")
    logging.getLogger(__name__).info("dtype %s", str(x.dtype))
    return Named(x).text
