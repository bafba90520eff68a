from typing import Optional, Union

from mindspore import ops


def ones(n: int, device: Optional[str] = None, other: Union[str, str] = "cpu"):
    return ops.ones((n,))
