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
    "i8": "int8",
    "i16": "int16",
    "i32": "int32",
    "i64": "int64",
    "u8": "uint8",
    "bool": "bool",
}
_NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"
_TEXT = re.compile(
    rf"(?P<dtype>\w+)\[(?P<shape>[\d,\s]*)\](?:>=(?P<low>{_NUMBER}))?(?:<(?P<high>{_NUMBER}))?(?P<positive>>0)?"
)
_EXPECTED = "f32[2,3], f32[2,3]>=0<1, f32[2,3]>0, i64[2,7]<100, i64[2,7]>=1<100, bool[2,4]"


@dataclass(frozen=True, slots=True)
class InputSpec:
    """One tensor. With a `file` (.npy, or .npz with a `key`) it is the array in it, otherwise it is random.

    Floats are normal, uniform in [low, high) with a `uniform` range, in (0.1, 2) when `positive`; ints lie in
    [low, high).
    """

    dtype: str
    shape: tuple[int, ...] = ()
    low: int = 0
    high: int = 10
    positive: bool = False
    uniform: tuple[float, float] | None = None
    file: str | None = None
    key: str | None = None

    @property
    def floating(self) -> bool:
        """Whether a gradient can be taken for it."""
        return self.dtype.startswith("float")


def parse_input(text: str) -> InputSpec:
    """Read `f32[2,3]`, `f32[2,3]>=0<1` (a range), `f32[2,3]>0` (positive), `i64[2,7]<100` or `bool[2,4]`.

    Raises ValueError.
    """
    match = _TEXT.fullmatch(text.strip())
    if match is None or match["dtype"] not in _NAMES:
        raise ValueError(f"not an input: {text!r} (expected one like {_EXPECTED})")
    shape = tuple(int(size) for size in match["shape"].split(",") if size.strip())
    dtype = _NAMES[match["dtype"]]
    low, high, positive = match["low"], match["high"], match["positive"]
    if low is None and high is None:
        if positive is None or dtype.startswith("float"):
            return InputSpec(dtype, shape, positive=positive is not None)
    elif "int" in dtype and high is not None and positive is None:
        bounds = int(low or 0), int(high)
        limits = np.iinfo(dtype)
        if limits.min <= bounds[0] < bounds[1] <= limits.max + 1:
            return InputSpec(dtype, shape, *bounds)
    elif dtype.startswith("float") and low is not None and high is not None and float(low) < float(high):
        return InputSpec(dtype, shape, uniform=(float(low), float(high)))
    raise ValueError(f"not an input: {text!r} (the range does not fit; expected one like {_EXPECTED})")


def stored_inputs(path: str) -> dict[str, InputSpec]:
    """The arrays of a .npz file by name, or that of a .npy file under the empty name. Raises ValueError, OSError."""
    data = np.load(path, allow_pickle=False)
    if isinstance(data, np.ndarray):
        return {"": _stored(data, path, None)}
    with data:
        return {key: _stored(data[key], path, key) for key in data.files}


def _stored(array: Array, path: str, key: str | None) -> InputSpec:
    dtype = str(array.dtype)
    if dtype not in _NAMES.values():
        raise ValueError(f"{path}: {dtype} is no type for an input")
    return InputSpec(dtype, array.shape, file=path, key=key)


def generate(spec: InputSpec, seed: str) -> Array:
    """The array for a description; equal seeds give equal arrays."""
    if spec.file is not None:
        stored = np.load(spec.file, allow_pickle=False)
        array: Array = stored if spec.key is None else stored[spec.key]
        return array
    rng = generator(seed)
    if spec.dtype == "bool":
        return np.asarray(rng.integers(0, 2, spec.shape), np.bool_)
    if "int" in spec.dtype:
        return np.asarray(rng.integers(spec.low, spec.high, spec.shape), spec.dtype)
    if spec.positive:
        return np.asarray(rng.uniform(0.1, 2.0, spec.shape), spec.dtype)
    if spec.uniform is not None:
        return np.asarray(rng.uniform(*spec.uniform, spec.shape), spec.dtype)
    return np.asarray(rng.normal(size=spec.shape), spec.dtype)


def generator(seed: str) -> np.random.Generator:
    """A random generator that depends on the text of its seed only."""
    return np.random.default_rng(zlib.crc32(seed.encode()))


def weighting(shape: tuple[int, ...], seed: str) -> npt.NDArray[np.float32]:
    """The weights that make a scalar of one tensor of a result."""
    values = generator(seed).normal(size=shape) / math.sqrt(max(1, math.prod(shape)))
    return np.asarray(values, np.float32)
