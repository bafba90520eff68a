"""Files of torch.save: the zip archive of torch 1.6 and later, and the stream of pickles before it."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from torch2ms.weights.checkpoint import Checkpoint, Format
from torch2ms.weights.dtypes import TORCH_STORAGES, DType
from torch2ms.weights.errors import OTHER_OBJECTS, WeightsError, listed
from torch2ms.weights.pickled import PickledTensor, StorageKey, Value, broken
from torch2ms.weights.state_dict import state_dict
from torch2ms.weights.tensor import Chunk, FilePart, StoredTensor, c_strides, is_contiguous
from torch2ms.weights.torch_names import as_text
from torch2ms.weights.unpickle import MAX_BYTES, load

# torch/serialization.py
MAGIC = 0x1950A86A20F9469CFC6C
PROTOCOL = 1001

_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_MODULE_ARCHIVE = "is a TorchScript archive, which holds code: save the model's state_dict() with torch.save instead"


@dataclass(frozen=True, slots=True)
class _Storage:
    """The bytes of one storage."""

    part: FilePart
    crc: int | None = None


def is_zip(head: bytes) -> bool:
    """Whether a file with this beginning may be a zip archive."""
    return head.startswith(b"PK\x03\x04")


def is_pickle(head: bytes) -> bool:
    """Whether a file with this beginning may be a pickle of protocol 2 or later."""
    return len(head) > 1 and head[0] == 0x80 and 2 <= head[1] <= 5


def read_zip(path: Path, key: str) -> Checkpoint:
    """A zip archive of torch.save.

    Raises WeightsError for anything that is not one, is damaged, or holds more than tensors and plain containers.
    """
    members = _members(path)
    folder = _folder(members)
    pickled = members[f"{folder}data.pkl"]
    if pickled.file_size > MAX_BYTES:
        raise WeightsError(f"its pickle has {pickled.file_size:,} bytes, more than any state_dict needs")
    checked = any(member.CRC for member in members.values())
    swapped = _small(path, members.get(f"{folder}byteorder"), checked) == b"big"
    where, pickles, beside = state_dict(load(io.BytesIO(_small(path, pickled, checked)))[0], key)
    storages = {
        name.removeprefix(f"{folder}data/"): _Storage(_part(path, member), member.CRC if checked else None)
        for name, member in members.items()
        if name.startswith(f"{folder}data/")
    }
    used = {tensor.storage.key for tensor in pickles.values()}
    _check_crc({name: storage for name, storage in storages.items() if name in used})
    notes = () if checked else ("the archive has no checksums",)
    return Checkpoint(Format.TORCH_ZIP, _tensors(pickles, storages, swapped), where, beside, notes=notes)


def _members(path: Path) -> dict[str, zipfile.ZipInfo]:
    """The archive's directory: every member stored as it is, none twice, none over another, all inside the file."""
    try:
        with zipfile.ZipFile(path) as archive:
            members, directory = archive.infolist(), archive.start_dir
    except (zipfile.BadZipFile, struct.error, ValueError, NotImplementedError, OverflowError, EOFError) as error:
        raise WeightsError(f"damaged or truncated zip archive: {' '.join(str(error).split())[:80]}") from None
    found: dict[str, zipfile.ZipInfo] = {}
    end = 0
    for member in sorted(members, key=lambda one: one.header_offset):
        if member.filename in found:
            raise WeightsError(f"the archive holds {listed([member.filename])} twice")
        if member.compress_type != zipfile.ZIP_STORED or member.file_size != member.compress_size:
            raise WeightsError(f"{listed([member.filename])} is compressed, which torch.save never does")
        if member.flag_bits & 1:
            raise WeightsError(f"{listed([member.filename])} is encrypted")
        if member.header_offset < end:
            raise WeightsError(f"the members of the archive overlap at {listed([member.filename])}")
        end = member.header_offset + _LOCAL_HEADER.size + member.file_size
        if end > directory:
            raise WeightsError(f"{listed([member.filename])} reaches beyond the end of the archive")
        found[member.filename] = member
    return found


def _folder(members: Mapping[str, zipfile.ZipInfo]) -> str:
    folders = [name.removesuffix("data.pkl") for name in members if name.endswith("/data.pkl") and name.count("/") == 1]
    if any(name.endswith("/constants.pkl") for name in members):
        raise WeightsError(_MODULE_ARCHIVE, OTHER_OBJECTS)
    if len(folders) != 1:
        raise WeightsError("is a zip archive, but not one of torch.save (it has no data.pkl)")
    return folders[0]


def _part(path: Path, member: zipfile.ZipInfo) -> FilePart:
    """Where the bytes of a member are: behind its local header, whose length only the header itself tells."""
    with path.open("rb") as file:
        file.seek(member.header_offset)
        header = file.read(_LOCAL_HEADER.size)
        if len(header) < _LOCAL_HEADER.size or header[:4] != b"PK\x03\x04":
            raise WeightsError("damaged zip archive: a member is not where the directory says")
        name_length, extra_length = _LOCAL_HEADER.unpack(header)[-2:]
        name = file.read(name_length)
        size = file.seek(0, io.SEEK_END)
    offset = member.header_offset + _LOCAL_HEADER.size + name_length + extra_length
    if name != member.orig_filename.encode("utf-8", "surrogateescape"):
        raise WeightsError("damaged zip archive: a member has two names")
    if offset + member.file_size > size:
        raise WeightsError("truncated: a member of the zip archive reaches beyond the end of the file")
    return FilePart(path, offset, member.file_size)


def _small(path: Path, member: zipfile.ZipInfo | None, checked: bool) -> bytes:
    """The content of a member that is read as a whole."""
    if member is None:
        return b""
    part = _part(path, member)
    with path.open("rb") as file:
        file.seek(part.offset)
        data = file.read(min(part.size, MAX_BYTES))
    if checked and zlib.crc32(data) != member.CRC:
        raise WeightsError(f"damaged zip archive: {listed([member.filename])} has a wrong checksum")
    return data


def _check_crc(storages: Mapping[str, _Storage]) -> None:
    for name, storage in storages.items():
        crc = 0
        whole = StoredTensor(name, DType.UINT8, (storage.part.size,), (storage.part,))
        for chunk in whole.chunks():
            crc = zlib.crc32(chunk, crc)
        if storage.crc is not None and storage.crc != crc:
            raise WeightsError(f"damaged zip archive: data/{listed([name])} has a wrong checksum")


def _tensors(
    pickles: Mapping[str, PickledTensor], storages: Mapping[str, _Storage], swapped: bool
) -> tuple[StoredTensor, ...]:
    return tuple(_tensor(name, pickled, storages, swapped) for name, pickled in pickles.items())


def _tensor(name: str, pickled: PickledTensor, storages: Mapping[str, _Storage], swapped: bool) -> StoredTensor:
    dtype, layout = pickled.dtype, pickled.layout
    part = _view(pickled.storage, storages)
    if part.size != pickled.storage.count * pickled.storage.width:
        raise WeightsError(f"the data of {listed([name])} has {part.size:,} bytes, which is not what the pickle says")
    if (layout.start + layout.span) * dtype.size > part.size:
        raise WeightsError(f"{listed([name])} reaches beyond the end of its data")
    if is_contiguous(layout):
        part = FilePart(part.path, part.offset + layout.start * dtype.size, layout.span * dtype.size)
        return StoredTensor(name, dtype, layout.shape, (part,), swapped=swapped)
    return StoredTensor(name, dtype, layout.shape, (part,), layout, swapped)


def _view(storage: StorageKey, storages: Mapping[str, _Storage]) -> FilePart:
    """The bytes of a storage, or of the part of another that it is."""
    key, first = storage.base or (storage.key, 0)
    if key not in storages:
        raise WeightsError(f"the data of storage {listed([key])} is missing")
    part = storages[key].part
    if storage.base is None:
        return part
    width = storage.width
    if (first + storage.count) * width > part.size:
        raise WeightsError(f"a view reaches beyond the end of storage {listed([key])}")
    return FilePart(part.path, part.offset + first * width, storage.count * width)


class _Limited:
    """A file of which no pickle may read more than `MAX_BYTES`."""

    def __init__(self, file: BinaryIO) -> None:
        self.file = file
        self.left = MAX_BYTES

    def read(self, size: int) -> bytes:
        return self._counted(self.file.read(min(max(size, 0), self.left)))

    def readline(self) -> bytes:
        return self._counted(self.file.readline(self.left))

    def tell(self) -> int:
        return self.file.tell()

    def _counted(self, data: bytes) -> bytes:
        self.left -= len(data)
        return data


def read_legacy(path: Path, key: str) -> Checkpoint:
    """A file of torch.save before 1.6: magic number, protocol, system, the object, storage keys; then the storages.

    Raises WeightsError as `read_zip` does.
    """
    with path.open("rb") as file:
        stream = _Limited(file)
        if load(stream)[0] != MAGIC:
            raise WeightsError("is a pickle, but not one of torch.save", OTHER_OBJECTS)
        if load(stream)[0] != PROTOCOL:
            raise WeightsError("is written by an unknown version of torch.save")
        load(stream)  # sizes and byte order of the machine; the data are little endian whatever it says
        root, keys = load(stream)
        where, pickles, beside = state_dict(root, key)
        storages = _legacy_storages(path, file, load(stream)[0], keys)
    return Checkpoint(Format.TORCH_LEGACY, _tensors(pickles, storages, False), where, beside)


def _legacy_storages(path: Path, file: BinaryIO, order: Value, keys: Mapping[str, StorageKey]) -> dict[str, _Storage]:
    """Behind the pickles: each storage, in the order of the keys, with its number of elements before it."""
    if not isinstance(order, (list, tuple)):
        raise broken("the storages have no order")
    offset = file.tell()
    end = file.seek(0, io.SEEK_END)
    found: dict[str, _Storage] = {}
    for item in order:
        name = as_text(item)
        if name not in keys or name in found:
            raise broken("a storage is listed that no tensor uses")
        file.seek(offset)
        header = file.read(8)
        if len(header) < 8:
            raise WeightsError("truncated: the file ends before its last tensor")
        size = struct.unpack("<q", header)[0] * keys[name].width
        if size < 0 or offset + 8 + size > end:
            raise WeightsError("truncated: the file ends before its last tensor")
        found[name] = _Storage(FilePart(path, offset + 8, size))
        offset += 8 + size
    return found


# Writing


def write_zip(path: Path, tensors: Sequence[StoredTensor], shared: Mapping[str, str]) -> None:
    """Write a state dict as torch.save does, so that `torch.load(path, weights_only=True)` reads it.

    `shared`: names of tensors that are the same as another one, by its name; they share its storage.
    """
    keys: dict[str, str] = {}
    for tensor in tensors:
        keys[tensor.name] = keys[shared[tensor.name]] if tensor.name in shared else str(len(keys))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        _add(archive, "data.pkl", [pickle_state_dict(tensors, keys)])
        _add(archive, "byteorder", [b"little"])
        for tensor in tensors:
            if tensor.name not in shared:
                _add(archive, f"data/{keys[tensor.name]}", tensor.chunks(), tensor.nbytes)
        _add(archive, "version", [b"3\n"])


_ALIGNMENT = 64  # of the data, as torch has it, so that a file can be mapped into memory
_ZIP64_EXTRA = 20


def _add(archive: zipfile.ZipFile, name: str, chunks: Iterable[Chunk], size: int = 0) -> None:
    """Add a member. An extra field that means nothing shifts its data to a multiple of the alignment."""
    info = zipfile.ZipInfo(f"archive/{name}")  # with a fixed date, so that equal input gives equal files
    large = size >= zipfile.ZIP64_LIMIT
    assert archive.fp is not None
    start = archive.fp.tell() + _LOCAL_HEADER.size + len(info.filename) + (_ZIP64_EXTRA if large else 0) + 4
    padding = -start % _ALIGNMENT
    info.extra = struct.pack("<2sH", b"FB", padding) + bytes(padding)
    with archive.open(info, "w", force_zip64=large) as member:
        for chunk in chunks:
            member.write(chunk)


def pickle_state_dict(tensors: Sequence[StoredTensor], keys: Mapping[str, str]) -> bytes:
    """The opcodes of `OrderedDict({name: _rebuild_tensor_v2(...)})`, in protocol 2."""
    entries = b"".join(_text(tensor.name) + _rebuilt(tensor, keys[tensor.name]) for tensor in tensors)
    return b"\x80\x02" + _ORDERED_DICT + b"(" + entries + b"u."


_ORDERED_DICT = b"ccollections\nOrderedDict\n)R"


def _rebuilt(tensor: StoredTensor, key: str) -> bytes:
    """The call that makes one tensor. Types without a typed storage have bytes and a dtype."""
    typed = TORCH_STORAGES.get(tensor.dtype)
    kind = f"ctorch\n{typed}\n" if typed else "ctorch.storage\nUntypedStorage\n"
    count = tensor.count if typed else tensor.nbytes
    reference = b"(" + _text("storage") + kind.encode() + _text(key) + _text("cpu") + _int(count) + b"tQ"
    function = "_rebuild_tensor_v2" if typed else "_rebuild_tensor_v3"
    place = _int(0) + _ints(tensor.shape) + _ints(c_strides(tensor.shape))
    dtype = b"" if typed else f"ctorch\n{tensor.dtype.value}\n".encode()
    return f"ctorch._utils\n{function}\n(".encode() + reference + place + b"\x89" + _ORDERED_DICT + dtype + b"tR"


def _text(text: str) -> bytes:
    data = text.encode("utf-8")
    return b"X" + struct.pack("<I", len(data)) + data


def _int(value: int) -> bytes:
    if value < 1 << 31:
        return b"J" + struct.pack("<i", value)
    return b"\x8a\x08" + struct.pack("<q", value)


def _ints(values: Sequence[int]) -> bytes:
    return b"(" + b"".join(map(_int, values)) + b"t"
