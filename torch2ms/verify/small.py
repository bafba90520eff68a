"""Layers with an epsilon, each by itself on values so small that the epsilon decides the result.

Between activations of ordinary size, an epsilon of 1e-7 in place of 1e-5 is a relative difference of 5e-6: hard to
tell from rounding. On inputs whose variance is the epsilon itself it is one of 40 %.
"""

from __future__ import annotations

import re
from types import TracebackType
from typing import Self

import numpy as np
import numpy.typing as npt
import torch
from torch.nn.modules.batchnorm import _BatchNorm
from torch.utils.hooks import RemovableHandle

Array = npt.NDArray[np.generic]

_NAME = re.compile(r"(\w+_)?eps(ilon)?")
_LARGEST = 1 << 18


def epsilon(module: torch.nn.Module) -> float | None:
    """The epsilon of a layer: an attribute called `eps`, `epsilon` or `…_eps(ilon)` that is a small number."""
    values = [value for name, value in vars(module).items() if _NAME.fullmatch(name) and isinstance(value, float)]
    return values[0] if len(values) == 1 and 0.0 < values[0] < 0.1 else None


class Probes:
    """While entered, keeps what such layers get first; `run` then calls them on that, scaled down.

    Of the layers without children those are taken that are called with one float tensor and give one.
    """

    def __init__(self, module: torch.nn.Module) -> None:
        self._layers = {
            path: layer
            for path, layer in module.named_modules()
            if epsilon(layer) is not None and not any(True for _ in layer.children())
        }
        self._inputs: dict[str, torch.Tensor] = {}
        self._handles: list[RemovableHandle] = []

    def __enter__(self) -> Self:
        for path, layer in self._layers.items():
            self._handles.append(layer.register_forward_pre_hook(self._hook(path), with_kwargs=True))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for handle in self._handles:
            handle.remove()

    def _hook(self, path: str) -> _Hook:
        return _Hook(path, self._inputs)

    def run(self) -> dict[str, Array]:
        """Arrays `probe/<mode>/<path>` (inputs) and `small/<path>` (results); the layers' statistics change."""
        arrays: dict[str, Array] = {}
        for path, value in self._inputs.items():
            layer = self._layers[path]
            scale = epsilon(layer)
            assert scale is not None
            size = float(value.double().pow(2).mean().sqrt())
            if not size > 0.0:
                continue
            small = (value.double() * (scale**0.5 / size)).float()
            # In eval mode a BatchNorm does not look at its input's variance.
            layer.train(isinstance(layer, _BatchNorm))
            try:
                with torch.no_grad():
                    result = layer(small.clone())
            except (RuntimeError, ValueError):
                continue  # one value per channel, say
            if isinstance(result, torch.Tensor) and result.dtype == torch.float32:
                arrays[f"probe/{'train' if layer.training else 'eval'}/{path}"] = small.numpy().copy()
                arrays[f"small/{path}"] = result.numpy().copy()
        return arrays


class _Hook:
    def __init__(self, path: str, inputs: dict[str, torch.Tensor]) -> None:
        self._path = path
        self._inputs = inputs

    def __call__(self, layer: torch.nn.Module, arguments: tuple[object, ...], keywords: dict[str, object]) -> None:
        if self._path in self._inputs or keywords or len(arguments) != 1:
            return
        value = arguments[0]
        if not isinstance(value, torch.Tensor) or value.dtype != torch.float32 or value.ndim == 0:
            return
        cropped = value.detach()[:2]
        if isinstance(layer, _BatchNorm):
            cropped = cropped[(slice(None), slice(None), *[slice(8)] * (value.ndim - 2))]
        if 0 < cropped.numel() <= _LARGEST:
            self._inputs[self._path] = cropped.clone()
