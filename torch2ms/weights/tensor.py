"""A tensor inside a file: where its bytes are, and how to read them in order without holding them all."""

from __future__ import annotations

import array
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, TypeAlias

from torch2ms.weights.dtypes import DType
from torch2ms.weights.errors import WeightsError

Shape: TypeAlias = tuple[int, ...]
Chunk: TypeAlias = bytes | bytearray | memoryview

CHUNK = 8 << 20


@dataclass(frozen=True, slots=True)
class FilePart:
    """A run of bytes of a file."""

    path: Path
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Strided:
    """How the elements of a tensor lie in its bytes when they do not simply follow one another.

    `start` and `strides` count elements, as torch does.
    """

    start: int
    shape: Shape
    strides: Shape

    @property
    def span(self) -> int:
        """Elements from the first one touched to the last, both included."""
        if 0 in self.shape:
            return 0
        return 1 + sum((n - 1) * stride for n, stride in zip(self.shape, self.strides, strict=True))


@dataclass(frozen=True, slots=True)
class StoredTensor:
    """A tensor of a checkpoint. Without `layout` its bytes are those of `parts`, in C order.

    `swapped`: the file has the other byte order than little endian.
    """

    name: str
    dtype: DType
    shape: Shape
    parts: tuple[FilePart | bytes, ...]
    layout: Strided | None = None
    swapped: bool = False

    @property
    def count(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes of the elements, written one after another."""
        return self.count * self.dtype.size

    def chunks(self) -> Iterator[Chunk]:
        """The bytes in C order, little endian.

        Raises WeightsError when the file has become shorter, OSError when it cannot be read.
        """
        source = _read(self.parts, 0, self.nbytes) if self.layout is None else self._gathered(self.layout)
        if self.swapped and self.dtype.word > 1:
            return (_swap(piece, self.dtype.word) for piece in _pieces(source))
        return source

    def content(self) -> bytes:
        """All bytes at once, for small tensors."""
        return b"".join(self.chunks())

    def same_bytes(self, other: StoredTensor) -> bool:
        """Whether both are the same array: type, shape and every byte."""
        if (self.dtype, self.shape) != (other.dtype, other.shape):
            return False
        if self.place == other.place:
            return True
        pairs = zip(_pieces(self.chunks()), _pieces(other.chunks()), strict=True)
        return all(one == two for one, two in pairs)

    @property
    def place(self) -> tuple[object, ...]:
        """Equal for two tensors that are the same bytes of the same file."""
        return (self.dtype, self.parts, self.layout, self.shape)

    def renamed(self, name: str, shape: Shape) -> StoredTensor:
        """The same elements under another name, and in a shape that differs by axes of size one only."""
        if math.prod(shape) != self.count:
            raise ValueError(f"{self.name}: {shape} has another number of elements than {self.shape}")
        return replace(self, name=name, shape=shape)

    def _gathered(self, layout: Strided) -> Iterator[Chunk]:
        size = self.dtype.size
        if self.count == 0:
            return
        shape, strides = _collapsed(layout)
        if strides == (1,) or not shape:
            yield from _read(self.parts, layout.start * size, self.nbytes)
        elif all(outer >= inner * n for outer, inner, n in zip(strides, strides[1:], shape[1:], strict=False)):
            yield from self._by_blocks(Strided(layout.start, shape, strides))
        else:
            # Permuted or repeated: every part of the output needs bytes from everywhere.
            view = Strided(0, shape, strides)
            held = b"".join(_read(self.parts, layout.start * size, view.span * size))
            yield _gather(held, view, size)

    def _by_blocks(self, layout: Strided) -> Iterator[Chunk]:
        """A part cut out of something larger: its elements are in order, so that a window can move over them."""
        size = self.dtype.size
        outer, stride = layout.shape[0], layout.strides[0]
        rest = Strided(layout.start, layout.shape[1:], layout.strides[1:])
        if rest.span * size > CHUNK:
            for index in range(outer):
                inner = replace(rest, start=layout.start + index * stride)
                yield from replace(self, shape=rest.shape, layout=inner)._gathered(inner)
            return
        step = max(1, (CHUNK // size - rest.span) // max(stride, 1) + 1)
        for first in range(0, outer, step):
            block = Strided(0, (min(step, outer - first), *rest.shape), layout.strides)
            held = b"".join(_read(self.parts, (layout.start + first * stride) * size, block.span * size))
            yield _gather(held, block, size)


def strided(start: int, shape: Shape, strides: Shape) -> Strided:
    """A layout as torch states it.

    Raises WeightsError for what cannot be a layout.
    """
    if len(shape) != len(strides) or start < 0 or any(n < 0 for n in (*shape, *strides)):
        raise WeightsError("a tensor has a negative or inconsistent shape")
    return Strided(start, shape, strides)


def is_contiguous(layout: Strided) -> bool:
    """Whether the elements follow one another in C order."""
    return 0 in layout.shape or _collapsed(layout)[1] in ((), (1,))


def _collapsed(layout: Strided) -> tuple[Shape, Shape]:
    """The same walk with fewer axes: axes of one element vanish, neighbours that run on are joined."""
    shape: list[int] = []
    strides: list[int] = []
    for n, stride in zip(layout.shape, layout.strides, strict=True):
        if n == 1:
            continue
        if shape and strides[-1] == n * stride:
            shape[-1] *= n
            strides[-1] = stride
        else:
            shape.append(n)
            strides.append(stride)
    return tuple(shape), tuple(strides)


def _read(parts: Sequence[FilePart | bytes], start: int, size: int) -> Iterator[Chunk]:
    """`size` bytes of the parts, in blocks, from `start` on."""
    for part in parts:
        length = len(part) if isinstance(part, bytes) else part.size
        if start >= length:
            start -= length
            continue
        take = min(length - start, size)
        if isinstance(part, bytes):
            yield part[start : start + take]
        else:
            yield from _read_file(part.path, part.offset + start, take)
        start = 0
        size -= take
        if not size:
            return
    if size:
        raise WeightsError("a tensor ends after the end of its data")


def _read_file(path: Path, offset: int, size: int) -> Iterator[Chunk]:
    with path.open("rb", buffering=0) as file:
        file.seek(offset)
        while size:
            chunk = file.read(min(size, CHUNK))
            if not chunk:
                raise WeightsError("truncated: the file ends inside a tensor")
            size -= len(chunk)
            yield chunk


def _pieces(chunks: Iterator[Chunk]) -> Iterator[Chunk]:
    """The same bytes in pieces of exactly CHUNK bytes, but for the last."""
    held = bytearray()
    for chunk in chunks:
        if not held and len(chunk) == CHUNK:
            yield chunk
            continue
        held += chunk
        while len(held) >= CHUNK:
            yield held[:CHUNK]
            del held[:CHUNK]
    if held:
        yield held


# Formats of memoryview.cast and array.array by width; sixteen bytes are two words.
_FORMATS: Mapping[int, Literal["B", "H", "I", "Q"]] = {1: "B", 2: "H", 4: "I", 8: "Q"}


def _swap(chunk: Chunk, word: int) -> bytes:
    values = array.array(_FORMATS[word], bytes(chunk))
    values.byteswap()
    return values.tobytes()


def _gather(held: bytes, layout: Strided, size: int) -> Chunk:
    """The elements of a view, in C order. The longest axis is copied by strided slices, the others in a loop."""
    if size == 16:
        # Each number is two words, so the view gains an innermost axis.
        doubled = tuple(2 * stride for stride in layout.strides)
        return _gather(held, Strided(0, (*layout.shape, 2), (*doubled, 1)), 8)
    source = memoryview(held).cast(_FORMATS[size])
    out = bytearray(math.prod(layout.shape) * size)
    target = memoryview(out).cast(_FORMATS[size])
    steps = c_strides(layout.shape)
    moving = [axis for axis, stride in enumerate(layout.strides) if stride]
    if not moving:
        return held[:size] * len(target)
    long = max(moving, key=lambda axis: layout.shape[axis])
    n, stride, step = layout.shape[long], layout.strides[long], steps[long]
    others = [axis for axis in range(len(layout.shape)) if axis != long]
    for index in itertools.product(*(range(layout.shape[axis]) for axis in others)):
        start = sum(i * layout.strides[axis] for i, axis in zip(index, others, strict=True))
        at = sum(i * steps[axis] for i, axis in zip(index, others, strict=True))
        target[at : at + (n - 1) * step + 1 : step] = source[start : start + (n - 1) * stride + 1 : stride]
    return out


def is_sane(shape: Shape) -> bool:
    """Whether a shape could be that of an array: a zero must not hide sizes no memory has."""
    return all(n >= 0 for n in shape) and math.prod(max(n, 1) for n in shape) < 1 << 62


def c_strides(shape: Shape) -> Shape:
    """The strides of a shape whose elements follow one another."""
    return tuple(math.prod(shape[axis + 1 :]) for axis in range(len(shape)))
