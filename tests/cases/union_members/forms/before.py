from __future__ import annotations

import typing
from typing import List, Optional, Union

import torch
from torch import Tensor

Device = Union[str, torch.device]


def table(size: int, device: Union[torch.device, str], dtype: Optional[torch.dtype] = None) -> torch.Tensor:
    return torch.zeros(size, device=device, dtype=dtype)


def newer(x: Tensor | torch.Tensor, device: torch.device | str | None = None) -> Tensor | None:
    place: Optional[Union[str, torch.device]] = device
    rest: typing.Union[str, torch.device, None] = place
    return x + table(3, rest)


def strings(x: "Union[torch.FloatTensor, torch.Tensor]", device: "str | torch.device | None" = None) -> "Tensor":
    kinds: List[Union[torch.LongTensor, torch.Tensor, int]] = [x]
    return kinds[0] * 2
