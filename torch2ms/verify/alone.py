"""Layers by themselves, on values of a size that a model's own activations seldom have.

A layer with an epsilon gets values so small that the epsilon decides the result: between activations of ordinary size,
an epsilon of 1e-7 in place of 1e-5 is a relative difference of 5e-6, hard to tell from rounding; on inputs whose
variance is the epsilon itself it is one of 40 %. A layer that has neither parameters nor buffers (an activation) gets
large values: ReLU and ReLU6 are one below 6, two forms of GELU differ most around 2.
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
# The root mean square of large values.
_LARGE = 4.0


def epsilon(module: torch.nn.Module) -> float | None:
    """The epsilon of a layer: an attribute called `eps`, `epsilon` or `…_eps(ilon)` that is a small number."""
    values = [value for name, value in vars(module).items() if _NAME.fullmatch(name) and isinstance(value, float)]
    return values[0] if len(values) == 1 and 0.0 < values[0] < 0.1 else None


def _size(module: torch.nn.Module) -> float | None:
    """The root mean square of the values a layer is tried on; None if it is not tried."""
    if any(True for _ in module.children()):
        return None
    scale = epsilon(module)
    if scale is not None:
        return float(scale**0.5)
    return None if any(True for _ in (*module.parameters(), *module.buffers())) else _LARGE


class Probes:
    """While entered, keeps what such layers get first; `run` then calls them on that, scaled.

    Those are taken that are called with one float tensor and give one.
    """

    def __init__(self, module: torch.nn.Module) -> None:
        self._layers = {
            path: (layer, size) for path, layer in module.named_modules() if (size := _size(layer)) is not None
        }
        self._inputs: dict[str, torch.Tensor] = {}
        self._handles: list[RemovableHandle] = []

    def __enter__(self) -> Self:
        for path, (layer, _) in self._layers.items():
            self._handles.append(layer.register_forward_pre_hook(_Hook(path, self._inputs), with_kwargs=True))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for handle in self._handles:
            handle.remove()

    def run(self) -> dict[str, Array]:
        """Arrays `probe/<mode>/<path>` (inputs) and `alone/<path>` (results); the layers' statistics stay."""
        arrays: dict[str, Array] = {}
        for path, value in self._inputs.items():
            layer, wanted = self._layers[path]
            size = float(value.double().pow(2).mean().sqrt())
            if not 0.0 < size < float("inf"):
                continue
            scaled = (value.double() * (wanted / size)).float()
            kept = {name: buffer.clone() for name, buffer in layer.named_buffers()}
            mode = layer.training
            # In eval mode a BatchNorm does not look at its input's variance.
            layer.train(isinstance(layer, _BatchNorm))
            try:
                with torch.no_grad():
                    result = layer(scaled.clone())
            except (RuntimeError, ValueError):
                continue  # one value per channel, say
            finally:
                for name, buffer in layer.named_buffers():
                    buffer.copy_(kept[name])
                trained = layer.training
                layer.train(mode)
            if isinstance(result, torch.Tensor) and result.dtype == torch.float32:
                arrays[f"probe/{'train' if trained else 'eval'}/{path}"] = scaled.numpy().copy()
                arrays[f"alone/{path}"] = result.numpy().copy()
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
