"""MindSpore's .ckpt: a protobuf message, read and written by its wire format.

    message Checkpoint  { repeated Value value = 1; }
    message Value       { required string tag = 1; oneof { TensorProto tensor = 2; MapTensorProto maptensor = 3; } }
    message TensorProto { repeated int64 dims = 1; required string tensor_type = 2; required bytes tensor_content = 3; }

A large tensor stands in several values of one tag, one after another, each with the dims of the whole. An optional end
of 17 bytes holds a checksum (mindspore/train/serialization.py, `_exec_save`). The record of a conversion is one more
field of Checkpoint, which MindSpore skips as unknown.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from torch2ms.weights.checkpoint import Checkpoint, Format
from torch2ms.weights.dtypes import MINDSPORE
from torch2ms.weights.errors import OTHER_OBJECTS, TYPE, WeightsError, listed
from torch2ms.weights.tensor import CHUNK, FilePart, StoredTensor

SLICE = 512 << 20
RECORD_FIELD = 7362
MAX_RECORD = 64 << 20
_CHECKSUM = b"crc_num"
_MAX_NAME = 1 << 16
_MAX_AXES = 64
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5

_BY_NAME = {name: dtype for dtype, name in MINDSPORE.items()}


def is_ckpt(head: bytes) -> bool:
    """Whether a file with this beginning may be a ckpt: a value whose first field is its tag."""
    if not head.startswith(b"\x0a"):
        return False
    at = 1
    while at < len(head) and head[at] & 0x80:
        at += 1
    return head[at + 1 : at + 2] == b"\x0a"


@dataclass(frozen=True, slots=True)
class _Field:
    """A field of a message: its number, and its value (a number, or where its bytes are)."""

    number: int
    value: int | range


def read_ckpt(path: Path) -> Checkpoint:
    """A MindSpore checkpoint.

    Raises WeightsError where the file is damaged, or holds other things than tensors.
    """
    with path.open("rb") as file:
        end = _checked_end(file, path.stat().st_size)
        tensors: dict[str, StoredTensor] = {}
        beside: list[str] = []
        record: str | None = None
        last = ""
        for field in _fields(file, range(end)):
            if field.number == RECORD_FIELD:
                record = _string(file, field.value, MAX_RECORD)
                continue
            if field.number != 1:
                raise WeightsError(f"is no MindSpore checkpoint: it has a field {field.number}")
            part = _value(file, path, field.value)
            if part is None:
                beside.append(_tag(file, field.value))
                continue
            known = tensors.get(part.name)
            if known is None:
                tensors[part.name] = part
            elif part.name == last and (known.shape, known.dtype) == (part.shape, part.dtype):
                tensors[part.name] = StoredTensor(known.name, known.dtype, known.shape, known.parts + part.parts)
            else:
                raise WeightsError(f"{listed([part.name])} stands there twice")
            last = part.name
    for tensor in tensors.values():
        _check_size(tensor)
    return Checkpoint(Format.CKPT, tuple(tensors.values()), beside=tuple(beside), record=record)


def _check_size(tensor: StoredTensor) -> None:
    size = sum(part.size for part in tensor.parts if isinstance(part, FilePart))
    if size != tensor.nbytes:
        raise WeightsError(f"{listed([tensor.name])} has {size:,} bytes, but its shape needs {tensor.nbytes:,}")


def _checked_end(file: BinaryIO, size: int) -> int:
    """Where the message ends: before the checksum if there is one, which must then be right."""
    file.seek(max(0, size - 17))
    tail = file.read(17)
    if tail[:7] != _CHECKSUM:
        return size
    end = size - 17
    crc = 0
    for chunk in _blocks(file, range(end)):
        crc = zlib.crc32(chunk, crc)
    if crc != int.from_bytes(tail[7:], "big"):
        raise WeightsError("damaged: the checksum of the file is wrong")
    return end


def _blocks(file: BinaryIO, where: range) -> Iterator[bytes]:
    for start in range(where.start, where.stop, CHUNK):
        file.seek(start)
        yield file.read(min(CHUNK, where.stop - start))


def _fields(file: BinaryIO, where: range) -> Iterator[_Field]:
    """The fields of the message at these bytes."""
    at = where.start
    while at < where.stop:
        tag, at = _varint(file, at, where.stop)
        number, wire = tag >> 3, tag & 7
        if wire == _VARINT:
            value, at = _varint(file, at, where.stop)
            yield _Field(number, value)
            continue
        if wire == _BYTES:
            length, at = _varint(file, at, where.stop)
        elif wire in (_FIXED32, _FIXED64):
            length = 4 if wire == _FIXED32 else 8
        else:
            raise WeightsError("is no MindSpore checkpoint, or a damaged one")
        if length > where.stop - at:
            raise WeightsError("truncated: the file ends inside a tensor")
        yield _Field(number, range(at, at + length))
        at += length


def _varint(file: BinaryIO, at: int, end: int) -> tuple[int, int]:
    """A number in base 128, and where it ends."""
    file.seek(at)
    data = file.read(min(10, end - at))
    value = 0
    for index, byte in enumerate(data):
        value |= (byte & 0x7F) << 7 * index
        if not byte & 0x80:
            return value, at + index + 1
    raise WeightsError("truncated: the file ends inside a number" if len(data) < 10 else "damaged: an endless number")


def _string(file: BinaryIO, where: int | range, limit: int) -> str:
    if isinstance(where, int) or len(where) > limit:
        raise WeightsError("is no MindSpore checkpoint: a name is no text")
    file.seek(where.start)
    try:
        return file.read(len(where)).decode("utf-8")
    except UnicodeDecodeError:
        raise WeightsError("is no MindSpore checkpoint: a name is no text") from None


def _message(value: int | range) -> range:
    if isinstance(value, int):
        raise WeightsError("is no MindSpore checkpoint: a number stands where a tensor is expected")
    return value


def _tag(file: BinaryIO, value: int | range) -> str:
    tags = [_string(file, field.value, _MAX_NAME) for field in _fields(file, _message(value)) if field.number == 1]
    if len(tags) != 1:
        raise WeightsError("is no MindSpore checkpoint: an entry has no name")
    return tags[0]


def _value(file: BinaryIO, path: Path, value: int | range) -> StoredTensor | None:
    """One entry; None for a text."""
    name = _tag(file, value)
    bodies = [field for field in _fields(file, _message(value)) if field.number != 1]
    if any(field.number == 3 for field in bodies):
        raise WeightsError(f"{listed([name])} is a map parameter, not a tensor", OTHER_OBJECTS)
    if len(bodies) != 1 or bodies[0].number != 2:
        raise WeightsError(f"is no MindSpore checkpoint: {listed([name])} has no tensor")
    dims: list[int] = []
    kind = ""
    content: range | None = None
    for field in _fields(file, _message(bodies[0].value)):
        if field.number == 1:
            dims += _dims(file, field.value)
        elif field.number == 2:
            kind = _string(file, field.value, _MAX_NAME)
        elif field.number == 3:
            content = _message(field.value)
    if content is None or len(dims) > _MAX_AXES:
        raise WeightsError(f"is no MindSpore checkpoint: {listed([name])} has no content or no shape")
    if kind == "str":
        return None
    if kind not in _BY_NAME:
        raise WeightsError(f"{listed([name])} has the type {listed([kind])}, which is unknown", TYPE)
    return StoredTensor(name, _BY_NAME[kind], tuple(dims), (FilePart(path, content.start, len(content)),))


def _dims(file: BinaryIO, value: int | range) -> list[int]:
    """A dimension, or several packed."""
    if isinstance(value, int):
        return [value]
    if len(value) > 10 * _MAX_AXES:
        raise WeightsError("is no MindSpore checkpoint: a shape is too long")
    found: list[int] = []
    at = value.start
    while at < value.stop:
        dim, at = _varint(file, at, value.stop)
        found.append(dim)
    return found


# Writing


def write_ckpt(path: Path, tensors: Sequence[StoredTensor], record: str) -> None:
    """Write a checkpoint that mindspore.load_checkpoint reads."""
    with path.open("wb") as file:
        for tensor in tensors:
            _write_tensor(file, tensor)
        if record:
            file.write(_field(RECORD_FIELD, record.encode("utf-8")))


def _write_tensor(file: BinaryIO, tensor: StoredTensor) -> None:
    left = tensor.nbytes
    room = 0
    chunks = iter(tensor.chunks())
    held = memoryview(b"")
    while True:
        if not room:
            room = min(left, SLICE)
            file.write(_head(tensor, room))
        while room:
            if not held:
                held = memoryview(next(chunks))
            written = min(room, len(held))
            file.write(held[:written])
            held = held[written:]
            room -= written
            left -= written
        if not left:
            return


def _head(tensor: StoredTensor, size: int) -> bytes:
    """All of a value that stands before its content of `size` bytes."""
    dims = b"".join(_key(1, _VARINT) + _number(n) for n in tensor.shape)
    inner = dims + _field(2, MINDSPORE[tensor.dtype].encode()) + _key(3, _BYTES) + _number(size)
    outer = _field(1, tensor.name.encode("utf-8")) + _key(2, _BYTES) + _number(len(inner) + size) + inner
    return _key(1, _BYTES) + _number(len(outer) + size) + outer


def _field(number: int, data: bytes) -> bytes:
    return _key(number, _BYTES) + _number(len(data)) + data


def _key(number: int, wire: int) -> bytes:
    return _number(number << 3 | wire)


def _number(value: int) -> bytes:
    data = bytearray()
    while value > 0x7F:
        data.append(value & 0x7F | 0x80)
        value >>= 7
    data.append(value)
    return bytes(data)
