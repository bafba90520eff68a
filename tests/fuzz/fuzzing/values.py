"""Results of programs as plain values that JSON carries, and whether two of them are the same."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"

# Two programs in float32 that round differently: relative to the largest value of a tensor.
_CLOSE = {"float16": 2e-2, "bfloat16": 5e-2, "float64": 1e-3}
_CLOSE_OTHERS = 1e-3
_DEPTH = 8
_NUMBER = re.compile(r"-?\d+\.?\d*(?:e[-+]?\d+)?")


def plain(value: object, depth: int = 0) -> Plain:
    """A value of either framework as JSON: tensors with dtype and shape, containers with their items.

    Numbers keep their Python type; what is neither tensor nor container nor number is its type's name.
    """
    if depth > _DEPTH:
        return {"kind": "deep"}
    if hasattr(value, "asnumpy") and hasattr(value, "dtype"):
        return _tensor("tensor", str(value.dtype).lower(), value.asnumpy())
    if hasattr(value, "requires_grad") and hasattr(value, "detach"):
        detached = value.detach()
        dtype = str(detached.dtype).removeprefix("torch.")
        return _tensor("tensor", dtype, (detached.float() if dtype == "bfloat16" else detached).numpy(force=True))
    if isinstance(value, np.ndarray):
        return _tensor("array", str(value.dtype), value)
    if isinstance(value, np.generic):
        return _tensor("numpy", str(value.dtype), np.asarray(value))
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        return {"kind": "int", "value": str(int(value))}
    if isinstance(value, float):
        return {"kind": "float", "value": float(value)}
    if isinstance(value, complex):
        return {"kind": "complex", "value": [value.real, value.imag]}
    if isinstance(value, Mapping):
        return {"kind": "dict", "keys": [str(k) for k in value], "items": [plain(v, depth + 1) for v in value.values()]}
    if isinstance(value, (list, tuple)):
        kind = "list" if isinstance(value, list) else "tuple"
        return {"kind": kind, "items": [plain(v, depth + 1) for v in value]}
    return {"kind": "object"}


def _tensor(kind: str, dtype: str, array: npt.NDArray[np.generic]) -> Plain:
    if dtype == "bfloat16":
        array = array.astype(np.float32)
    if array.dtype.kind == "c":
        parts = array.astype(np.complex128).ravel()
        values: list[Plain] = [*parts.real.tolist(), *parts.imag.tolist()]
    elif array.dtype.kind in "iub":
        values = array.astype(np.int64).ravel().tolist()
    else:
        values = array.astype(np.float64).ravel().tolist()
    return {"kind": kind, "dtype": dtype, "shape": list(array.shape), "values": values}


def difference(expected: Plain, actual: Plain, where: str = "result") -> str:
    """In which way two results differ, in a few words; "" when they do not."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return _structures(expected, actual, where)
    if isinstance(expected, str) and isinstance(actual, str):
        return "" if _same_text(expected, actual) else f"{where}: text {expected[:80]!r} is {actual[:80]!r}"
    same = type(expected) is type(actual) and expected == actual
    return "" if same else f"{where}: {_shown(expected)} is {_shown(actual)}"


def _structures(expected: Mapping[str, Plain], actual: Mapping[str, Plain], where: str) -> str:
    kind, other = expected["kind"], actual["kind"]
    if kind != other:
        return f"{where}: {_shown(expected)} is {_shown(actual)}"
    for part in ("dtype", "shape", "keys"):
        if expected.get(part) != actual.get(part):
            return f"{where}: {part} {expected.get(part)} is {actual.get(part)}"
    if "items" in expected:
        items, others = expected["items"], actual["items"]
        assert isinstance(items, list) and isinstance(others, list)
        if len(items) != len(others):
            return f"{where}: {len(items)} items are {len(others)}"
        pairs = enumerate(zip(items, others, strict=True))
        return next((found for i, (a, b) in pairs if (found := difference(a, b, f"{where}[{i}]"))), "")
    if kind == "int":
        return "" if expected["value"] == actual["value"] else f"{where}: int {expected['value']} is {actual['value']}"
    if kind in ("deep", "object"):
        return ""
    tolerance = _CLOSE.get(str(expected.get("dtype", "")), _CLOSE_OTHERS)
    a, b = _numbers(expected), _numbers(actual)
    if _close(a, b, tolerance):
        return ""
    return f"{where}: values {_some(a)} are {_some(b)}"


def _numbers(node: Mapping[str, Plain]) -> list[float]:
    found = node["values"] if "values" in node else node["value"]
    values: Sequence[object] = found if isinstance(found, list) else [found]
    return [float(value) for value in values if isinstance(value, (int, float))]


def _close(expected: list[float], actual: list[float], tolerance: float) -> bool:
    finite = [abs(value) for value in expected if math.isfinite(value)]
    accepted = tolerance * max([*finite, 5e-2])
    return len(expected) == len(actual) and all(
        a == b or (math.isnan(a) and math.isnan(b)) or abs(a - b) <= accepted
        for a, b in zip(expected, actual, strict=True)
    )


def _same_text(expected: str, actual: str) -> bool:
    """Whether two texts are the same but for rounding in the numbers within."""
    if expected == actual:
        return True
    if _NUMBER.sub("#", expected) != _NUMBER.sub("#", actual):
        return False
    pairs = zip(_NUMBER.findall(expected), _NUMBER.findall(actual), strict=True)
    return all(len(a) == len(b) and _close([float(a)], [float(b)], 1e-2) for a, b in pairs)


def _shown(value: Plain | Mapping[str, Plain]) -> str:
    if isinstance(value, Mapping):
        return " ".join(_described(value))
    return f"{type(value).__name__} {value!r}"[:60]


def _described(value: Mapping[str, Plain]) -> Iterator[str]:
    yield str(value["kind"])
    for part in ("dtype", "shape", "value"):
        if part in value:
            yield str(value[part])


def _some(values: list[float]) -> str:
    shown = ", ".join(f"{value:.5g}" for value in values[:6])
    return f"[{shown}{', …' if len(values) > 6 else ''}]"
