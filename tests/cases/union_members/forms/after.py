from __future__ import annotations

import typing
from typing import List, Optional, Union

import mindspore as ms
from mindspore import ops, Tensor

Device = str


def table(size: int, device: str, dtype: Optional[ms.Type] = None) -> Tensor:
    return ops.zeros((size,), dtype)


def newer(x: Tensor, device: str | None = None) -> Tensor | None:
    place: Optional[str] = device
    rest: typing.Union[str, None] = place
    return x + table(3, rest)


def strings(x: "Tensor", device: "str | None" = None) -> "Tensor":
    kinds: List[Union[Tensor, int]] = [x]
    return kinds[0] * 2
