import typing
from collections.abc import Callable, Iterable
from typing import Any, Dict, List, Optional, TypeVar, Union, cast

import torch
from mindspore import nn, ops, Tensor

Params = Union[Iterable[Tensor], Iterable[Dict[str, Any]]]
Step = Callable[[Tensor, Tensor], Tensor]
T = TypeVar("T", bound=nn.Cell)
Pair = typing.Tuple[Tensor, Optional[Tensor]]
Maybe = Tensor | None
Images = list[Tensor]
Ten = Tensor
# TODO(torch2ms): [T2M206] torch.Tensor is used as a value, and its counterpart takes other…
Value = torch.Tensor


def relu(x: Ten, step: Step, params: Params = ()) -> List[Ten]:
    return [ops.relu(cast(Tensor, x))]


def run(x: Value) -> Value:
    return relu(x, relu)[0] if type(x) is not Value or x is not None else Value(x)
