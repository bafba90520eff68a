"""Safetensors files: eight bytes with the length of a JSON header, the header, the tensors without a gap."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

from torch2ms.weights.checkpoint import Checkpoint, Format
from torch2ms.weights.dtypes import SAFETENSORS
from torch2ms.weights.errors import TYPE, WeightsError, listed
from torch2ms.weights.tensor import FilePart, Shape, StoredTensor

# The limit of the reference implementation.
MAX_HEADER = 100_000_000
METADATA = "__metadata__"
# The key of the metadata under which the record of a conversion is kept.
RECORD = "torch2ms"

_BY_NAME = {name: dtype for dtype, name in SAFETENSORS.items()}


def is_safetensors(head: bytes, size: int) -> bool:
    """Whether a file of this size with this beginning is meant as safetensors."""
    return len(head) > 8 and head[8:9] == b"{" and 2 <= struct.unpack("<Q", head[:8])[0] <= MAX_HEADER


def read_safetensors(path: Path) -> Checkpoint:
    """A safetensors file.

    Raises WeightsError where the header is broken or does not fit the file.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        if length > size - 8:
            raise WeightsError("truncated: the file ends inside its header")
        header = _parsed(file.read(length))
    metadata = _metadata(header.pop(METADATA, {}))
    tensors = tuple(_tensor(path, name, entry, 8 + length) for name, entry in header.items())
    _check_offsets(tensors, 8 + length, size)
    packed = [tensor.name for tensor in tensors if "int4" in metadata.get(tensor.name, "").lower()]
    if packed:
        raise WeightsError(f"{listed(packed)}: int4 packed by MindSpore cannot be converted", TYPE)
    record = metadata.pop(RECORD, None)
    return Checkpoint(Format.SAFETENSORS, tensors, metadata=metadata, record=record)


def _parsed(data: bytes) -> dict[str, object]:
    try:
        header = json.loads(data.decode("utf-8"), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise WeightsError(f"broken header: {' '.join(str(error).split())[:80]}") from None
    if not isinstance(header, dict):
        raise WeightsError("broken header: no JSON object")
    return header


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made: dict[str, object] = {}
    for name, value in pairs:
        if name in made:
            raise ValueError(f"{listed([name])} stands there twice")
        made[name] = value
    return made


def _metadata(value: object) -> dict[str, str]:
    if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
        raise WeightsError("broken header: its metadata are no texts")
    return dict(value)


def _tensor(path: Path, name: str, entry: object, start: int) -> StoredTensor:
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise WeightsError(f"broken header: {listed([name])} is not described by dtype, shape and data_offsets")
    dtype = _BY_NAME.get(entry["dtype"]) if isinstance(entry["dtype"], str) else None
    if dtype is None:
        raise WeightsError(f"{listed([name])} has the type {listed([str(entry['dtype'])])}, which is unknown", TYPE)
    shape, offsets = _numbers(name, entry["shape"]), _numbers(name, entry["data_offsets"])
    if len(offsets) != 2 or offsets[1] - offsets[0] != math.prod(shape) * dtype.size:
        raise WeightsError(f"broken header: the size of {listed([name])} is not that of its shape")
    return StoredTensor(name, dtype, shape, (FilePart(path, start + offsets[0], offsets[1] - offsets[0]),))


def _numbers(name: str, value: object) -> Shape:
    if not isinstance(value, list) or not all(type(item) is int and item >= 0 for item in value):
        raise WeightsError(f"broken header: the shape or place of {listed([name])} is no list of numbers")
    return tuple(value)


def _check_offsets(tensors: Sequence[StoredTensor], start: int, size: int) -> None:
    parts = sorted(
        (part.offset, part.size) for tensor in tensors for part in tensor.parts if isinstance(part, FilePart)
    )
    for offset, length in parts:
        if offset != start:
            raise WeightsError("broken header: tensors overlap or leave gaps")
        start = offset + length
    if start > size:
        raise WeightsError("truncated: the file ends before its last tensor")
    if start < size:
        raise WeightsError("the file goes on behind its last tensor")


def write_safetensors(path: Path, tensors: Sequence[StoredTensor], metadata: Mapping[str, str]) -> None:
    """Write tensors, wide types first so that every one is aligned, as the reference implementation does."""
    ordered = sorted(tensors, key=lambda tensor: -tensor.dtype.size)
    header: dict[str, object] = {METADATA: dict(metadata)} if metadata else {}
    offset = 0
    for tensor in ordered:
        header[tensor.name] = {
            "dtype": SAFETENSORS[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [offset, offset + tensor.nbytes],
        }
        offset += tensor.nbytes
    data = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode("utf-8")
    data += b" " * (-len(data) % 8)
    if len(data) > MAX_HEADER:
        raise WeightsError(f"the header would have {len(data):,} bytes, more than safetensors allows")
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(data)) + data)
        for tensor in ordered:
            for chunk in tensor.chunks():
                file.write(chunk)
