"""Checkpoints made for tests, without torch."""

from __future__ import annotations

import io
import pickle
import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from torch2ms.weights.dtypes import DType
from torch2ms.weights.tensor import StoredTensor
from torch2ms.weights.torch_file import MAGIC, PROTOCOL, pickle_state_dict

STATE = (
    StoredTensor("conv.weight", DType.FLOAT32, (2, 3), (bytes(range(24)),)),
    StoredTensor("conv.bias", DType.FLOAT16, (2,), (b"abcd",)),
    StoredTensor("steps", DType.INT64, (), (bytes(8),)),
    StoredTensor("mask", DType.BOOL, (3, 1), (b"\0\1\1",)),
    StoredTensor("h.α", DType.BFLOAT16, (1, 2), (b"wxyz",)),
)


def write_legacy(path: Path, tensors: Sequence[StoredTensor]) -> None:
    """What torch.save wrote before 1.6."""
    keys = {tensor.name: str(index) for index, tensor in enumerate(tensors)}
    system = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"int": 4}}
    head = b"".join(pickle.dumps(value, 2) for value in (MAGIC, PROTOCOL, system))
    order = pickle.dumps(sorted(keys.values()), 2)
    storages = b"".join(struct.pack("<q", tensor.count) + tensor.content() for tensor in tensors)
    path.write_bytes(head + pickle_state_dict(tensors, keys) + order + storages)


def zip_of(members: Mapping[str, bytes], compression: int = zipfile.ZIP_STORED) -> bytes:
    """A zip archive as torch.save lays it out, with these members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(f"archive/{name}", data)
    return file.getvalue()


def contents(tensors: Sequence[StoredTensor]) -> list[tuple[str, str, tuple[int, ...], bytes]]:
    """All there is to know of tensors."""
    return [(tensor.name, tensor.dtype.value, tensor.shape, tensor.content()) for tensor in tensors]
