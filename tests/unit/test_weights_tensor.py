"""Elements come out in C order, wherever they lie in the file."""

from __future__ import annotations

import itertools
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from torch2ms.weights import tensor as tensors
from torch2ms.weights.dtypes import DType
from torch2ms.weights.errors import WeightsError
from torch2ms.weights.tensor import FilePart, StoredTensor, Strided, c_strides, is_contiguous

WIDTHS = [DType.UINT8, DType.FLOAT16, DType.FLOAT32, DType.INT64, DType.COMPLEX64, DType.COMPLEX128]


def expected(held: bytes, layout: Strided, size: int) -> bytes:
    """Element by element."""
    places = [
        layout.start + sum(i * stride for i, stride in zip(index, layout.strides, strict=True))
        for index in itertools.product(*map(range, layout.shape))
    ]
    return b"".join(held[place * size : (place + 1) * size] for place in places)


@st.composite
def layouts(draw: st.DrawFn) -> Strided:
    axes = draw(st.integers(0, 4))
    shape = tuple(draw(st.integers(0, 5)) for _ in range(axes))
    strides = tuple(draw(st.integers(0, 12)) for _ in range(axes))
    return Strided(draw(st.integers(0, 4)), shape, strides)


@st.composite
def views(draw: st.DrawFn) -> Strided:
    """What torch makes: an array, cut along its axes and permuted."""
    base = tuple(draw(st.integers(1, 6)) for _ in range(draw(st.integers(1, 4))))
    start, shape, strides = 0, [], []
    for n, stride in zip(base, c_strides(base), strict=True):
        first = draw(st.integers(0, n - 1))
        step = draw(st.integers(1, 3))
        start += first * stride
        shape.append(len(range(first, n, step)))
        strides.append(stride * step)
    order = draw(st.permutations(range(len(base))))
    return Strided(start, tuple(shape[axis] for axis in order), tuple(strides[axis] for axis in order))


@settings(max_examples=400, deadline=None)
@given(layout=layouts() | views(), dtype=st.sampled_from(WIDTHS), chunk=st.sampled_from([16, 64, 1 << 20]))
def test_any_layout(layout: Strided, dtype: DType, chunk: int) -> None:
    size = dtype.size
    needed = (layout.start + layout.span) * size
    held = bytes(i * 7 % 251 for i in range(needed + 8))
    stored = StoredTensor("x", dtype, layout.shape, (held[:5], held[5:]), layout)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tensors, "CHUNK", chunk)
        assert b"".join(stored.chunks()) == expected(held, layout, size)
        assert stored.same_bytes(StoredTensor("y", dtype, layout.shape, (expected(held, layout, size),)))
    if is_contiguous(layout):
        assert expected(held, layout, size) == held[layout.start * size :][: stored.nbytes]


def test_windows_stay_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A narrow cut of a wide array never holds the array."""
    monkeypatch.setattr(tensors, "CHUNK", 1 << 10)
    path = tmp_path / "data"
    path.write_bytes(bytes(range(256)) * 400)
    wide = Strided(3, (100, 2), (1024, 1))
    stored = StoredTensor("x", DType.UINT8, wide.shape, (FilePart(path, 0, 102400),), wide)
    pieces = list(stored.chunks())
    assert b"".join(pieces) == bytes([3, 4] * 100)
    assert len(pieces) >= 50


@pytest.mark.parametrize(
    ("dtype", "code", "values"),
    [
        (DType.INT16, "h", [1, -2, 300]),
        (DType.FLOAT32, "f", [1.5, -2.0]),
        (DType.FLOAT64, "d", [1.5, 0.1]),
        (DType.COMPLEX64, "f", [1.0, 2.0, 3.0, 4.0]),
        (DType.COMPLEX128, "d", [1.0, 2.0]),
        (DType.UINT8, "B", [1, 2, 3]),
    ],
)
def test_big_endian(dtype: DType, code: str, values: list[float]) -> None:
    big = struct.pack(f">{len(values)}{code}", *values)
    stored = StoredTensor("x", dtype, (len(big) // dtype.size,), (big,), swapped=True)
    assert stored.content() == struct.pack(f"<{len(values)}{code}", *values)


def test_a_file_that_shrank(tmp_path: Path) -> None:
    path = tmp_path / "data"
    path.write_bytes(bytes(10))
    with pytest.raises(WeightsError, match="truncated"):
        StoredTensor("x", DType.UINT8, (20,), (FilePart(path, 0, 20),)).content()


def test_another_shape_is_only_another_shape() -> None:
    stored = StoredTensor("x", DType.UINT8, (2, 3), (b"abcdef",), Strided(0, (2, 3), (1, 2)))
    other = stored.renamed("y", (2, 1, 3))
    assert (other.name, other.shape, other.content()) == ("y", (2, 1, 3), b"acebdf")
    with pytest.raises(ValueError, match="number of elements"):
        stored.renamed("y", (2, 4))
