from typing import Optional

from mindspore import ops


def ones(n: int, device: Optional[str] = None, other: str = "cpu"):
    return ops.ones((n,))
