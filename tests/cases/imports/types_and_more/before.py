import sys
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from torch.distributed.tensor import DTensor

if sys.version_info > (3, 8):
    from torch.distributed.tensor import DTensor
    from torch.distributed.tensor.placement_types import Shard


def relu(x: torch.Tensor, like: DTensor | None = None) -> torch.Tensor:
    if like is not None:
        return DTensor.from_local(x, like.device_mesh)
    return torch.relu(x)


def sizes(number: int):
    return Shard(number)
