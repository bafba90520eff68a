"""Descriptions of random inputs, and the arrays made from them: the same ones for both frameworks."""

from __future__ import annotations

import math
import re
import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.generic]

_NAMES = {
    "f16": "float16",
    "f32": "float32",
    "f64": "float64",
    "i32": "int32",
    "i64": "int64",
    "bool": "bool",
}
_TEXT = re.compile(r"(?P<dtype>\w+)\[(?P<shape>[\d,\s]*)\](?:(?P<sign>[<>])(?P<bound>-?\d+))?")


@dataclass(frozen=True, slots=True)
class InputSpec:
    """One random tensor. Floats are normal, uniform in (0.1, 2) when `positive`; ints lie in [low, high)."""

    dtype: str
    shape: tuple[int, ...] = ()
    low: int = 0
    high: int = 10
    positive: bool = False

    @property
    def floating(self) -> bool:
        """Whether a gradient can be taken for it."""
        return self.dtype.startswith("float")


def parse_input(text: str) -> InputSpec:
    """Read `f32[2,3]`, `f32[2,3]>0` (positive), `i64[2,7]<100` or `bool[2,4]`."""
    match = _TEXT.fullmatch(text.strip())
    if match is None or match["dtype"] not in _NAMES:
        raise ValueError(f"not an input: {text!r} (expected f32[2,3], i64[2,7]<100 or the like)")
    shape = tuple(int(size) for size in match["shape"].split(",") if size.strip())
    dtype = _NAMES[match["dtype"]]
    if match["sign"] is None:
        return InputSpec(dtype, shape)
    if dtype.startswith("int") and match["sign"] == "<":
        return InputSpec(dtype, shape, high=int(match["bound"]))
    if dtype.startswith("float") and match["sign"] == ">" and match["bound"] == "0":
        return InputSpec(dtype, shape, positive=True)
    raise ValueError(f"not an input: {text!r} (ints take <high, floats >0)")


def generate(spec: InputSpec, seed: str) -> Array:
    """The array for a description; equal seeds give equal arrays."""
    rng = generator(seed)
    if spec.dtype == "bool":
        return np.asarray(rng.integers(0, 2, spec.shape), np.bool_)
    if spec.dtype.startswith("int"):
        return np.asarray(rng.integers(spec.low, spec.high, spec.shape), spec.dtype)
    if spec.positive:
        return np.asarray(rng.uniform(0.1, 2.0, spec.shape), spec.dtype)
    return np.asarray(rng.normal(size=spec.shape), spec.dtype)


def generator(seed: str) -> np.random.Generator:
    """A random generator that depends on the text of its seed only."""
    return np.random.default_rng(zlib.crc32(seed.encode()))


def weighting(shape: tuple[int, ...], seed: str) -> npt.NDArray[np.float32]:
    """The weights that make a scalar of one tensor of a result."""
    values = generator(seed).normal(size=shape) / math.sqrt(max(1, math.prod(shape)))
    return np.asarray(values, np.float32)
