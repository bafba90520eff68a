from __future__ import annotations

from mindspore import Tensor


def run(x: Tensor) -> "Tensor":
    return x
