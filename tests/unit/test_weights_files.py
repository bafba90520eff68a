"""Each format: what is written is read again, and damage is an error of this package, never another exception."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from weights_files import STATE, contents, write_legacy, zip_of

from torch2ms.weights import ckpt
from torch2ms.weights.checkpoint import Format
from torch2ms.weights.ckpt import write_ckpt
from torch2ms.weights.dtypes import DType
from torch2ms.weights.errors import WeightsError
from torch2ms.weights.read import read_checkpoint
from torch2ms.weights.safetensors import write_safetensors
from torch2ms.weights.tensor import StoredTensor
from torch2ms.weights.torch_file import pickle_state_dict, write_zip

FORMATS: dict[Format, Callable[[Path], None]] = {
    Format.TORCH_ZIP: lambda path: write_zip(path, STATE, {}),
    Format.TORCH_LEGACY: lambda path: write_legacy(path, STATE),
    Format.SAFETENSORS: lambda path: write_safetensors(path, STATE, {"format": "pt", "torch2ms": "the record"}),
    Format.CKPT: lambda path: write_ckpt(path, STATE, "the record"),
}


@pytest.fixture(params=FORMATS, ids=lambda format_: format_.name)
def made(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Format, Path]:
    path = tmp_path / "file.of.any.name"
    FORMATS[request.param](path)
    return request.param, path


def test_read_again(made: tuple[Format, Path]) -> None:
    format_, path = made
    checkpoint = read_checkpoint(path)
    assert checkpoint.format is format_
    assert sorted(contents(checkpoint.tensors)) == sorted(contents(STATE))
    if format_ is not Format.SAFETENSORS:  # sorted by width there
        assert [tensor.name for tensor in checkpoint.tensors] == [tensor.name for tensor in STATE]
    if format_ in (Format.SAFETENSORS, Format.CKPT):
        assert checkpoint.record == "the record"


def test_every_truncation_is_noticed(made: tuple[Format, Path]) -> None:
    format_, path = made
    data = path.read_bytes()
    tail = len("the record") + 4  # of a ckpt: without its record it is whole
    for size in range(len(data)):
        path.write_bytes(data[:size])
        if format_ is Format.CKPT:
            # A checkpoint of fewer tensors looks no different from one cut between two of them.
            try:
                found = read_checkpoint(path).tensors
            except WeightsError:
                continue
            assert contents(found) == contents(STATE)[: len(found)]
            assert len(found) < len(STATE) or size >= len(data) - tail
            continue
        with pytest.raises(WeightsError):
            for tensor in read_checkpoint(path).tensors:
                tensor.content()


@pytest.mark.parametrize("format_", FORMATS, ids=lambda format_: format_.name)
@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_flipped_bytes(format_: Format, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / f"flipped.{format_.name}"
    FORMATS[format_](path)
    damaged = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] ^= data.draw(st.integers(1, 255))
    cut = data.draw(st.integers(0, 3))
    path.write_bytes(damaged[: len(damaged) - cut])
    try:
        found = contents(read_checkpoint(path).tensors)
    except WeightsError as error:
        assert error.message and "\n" not in error.message
        return
    if format_ is Format.TORCH_ZIP:  # the only format with checksums
        assert found == contents(STATE)


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=200), start=st.sampled_from([b"", b"PK\x03\x04", b"\x80\x02", b"\x0a\x0a\x0a", b"{"]))
def test_garbage(data: bytes, start: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "garbage"
    path.write_bytes(start + data)
    with pytest.raises(WeightsError):
        read_checkpoint(path)


# Zip archives

PICKLE = pickle_state_dict(STATE, {tensor.name: str(index) for index, tensor in enumerate(STATE)})
MEMBERS = {"data.pkl": PICKLE, **{f"data/{index}": tensor.content() for index, tensor in enumerate(STATE)}}


def refused(tmp_path: Path, data: bytes) -> str:
    path = tmp_path / "bad.pth"
    path.write_bytes(data)
    with pytest.raises(WeightsError) as caught:
        read_checkpoint(path)
    return caught.value.message


def test_compressed_members_are_refused(tmp_path: Path) -> None:
    assert "compressed" in refused(tmp_path, zip_of({**MEMBERS, "data/0": bytes(1 << 20)}, zipfile.ZIP_DEFLATED))


def test_a_member_that_overlaps_another(tmp_path: Path) -> None:
    """The directory lists one run of bytes under two names: how a zip bomb grows without compression."""
    data = bytearray(zip_of(MEMBERS))
    directory = data.rindex(b"PK\x01\x02")
    first = data.index(b"PK\x01\x02")
    data[directory + 42 : directory + 46] = data[first + 42 : first + 46]
    assert "overlap" in refused(tmp_path, bytes(data))


def test_a_size_beyond_the_file(tmp_path: Path) -> None:
    data = bytearray(zip_of(MEMBERS))
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 20 : entry + 28] = struct.pack("<2I", 1 << 30, 1 << 30)
    assert "beyond the end" in refused(tmp_path, bytes(data))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_twice(tmp_path: Path) -> None:
    path = tmp_path / "twice"
    path.write_bytes(zip_of(MEMBERS))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("archive/data/0", b"")
    assert "twice" in refused(tmp_path, path.read_bytes())


def test_a_wrong_checksum(tmp_path: Path) -> None:
    data = zip_of(MEMBERS)
    assert "checksum" in refused(tmp_path, data.replace(bytes(range(24)), bytes(24)))


def test_an_archive_without_checksums(tmp_path: Path) -> None:
    """torch.serialization.set_crc32_options(False) writes zeros."""
    data = bytearray(zip_of(MEMBERS))
    at = data.find(b"PK\x03\x04")
    while at >= 0:
        data[at + 14 : at + 18] = bytes(4)
        at = data.find(b"PK\x03\x04", at + 4)
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 16 : at + 20] = bytes(4)
        at = data.find(b"PK\x01\x02", at + 4)
    path = tmp_path / "unchecked.pth"
    path.write_bytes(data)
    checkpoint = read_checkpoint(path)
    assert contents(checkpoint.tensors) == contents(STATE)
    assert checkpoint.notes == ("the archive has no checksums",)


def test_big_endian_archive(tmp_path: Path) -> None:
    path = tmp_path / "big.pth"
    path.write_bytes(zip_of({**MEMBERS, "byteorder": b"big"}))
    first = read_checkpoint(path).tensors[0].content()
    assert first == struct.pack("<6I", *struct.unpack(">6I", bytes(range(24))))


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"hello.txt": b"hi"}, "no data.pkl"),
        ({**MEMBERS, "constants.pkl": b""}, "TorchScript"),
        ({name: data for name, data in MEMBERS.items() if name != "data/2"}, "missing"),
        ({**MEMBERS, "data/0": b"short"}, "not what the pickle says"),
    ],
)
def test_other_archives(tmp_path: Path, members: dict[str, bytes], says: str) -> None:
    assert says in refused(tmp_path, zip_of(members))


# Safetensors


def safetensors(header: object, data: bytes = b"") -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def entry(shape: object, *offsets: object, dtype: object = "F32") -> dict[str, object]:
    return {"dtype": dtype, "shape": shape, "data_offsets": list(offsets)}


BAD_HEADERS = {
    "twice": (b'{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{}}', b"x", "twice"),
    "gap": ({"a": entry([1], 0, 4), "b": entry([1], 8, 12)}, bytes(12), "gaps"),
    "overlap": ({"a": entry([1], 0, 4), "b": entry([1], 0, 4)}, bytes(4), "overlap"),
    "start": ({"a": entry([1], 4, 8)}, bytes(8), "gaps"),
    "beyond": ({"a": entry([2], 0, 8)}, bytes(4), "truncated"),
    "rest": ({"a": entry([1], 0, 4)}, bytes(9), "goes on"),
    "size": ({"a": entry([2], 0, 4)}, bytes(4), "not that of its shape"),
    "negative": ({"a": entry([-1, -1], 0, 4)}, bytes(4), "no list of numbers"),
    "bool": ({"a": entry([True], 0, 4)}, bytes(4), "no list of numbers"),
    "float": ({"a": entry([1.0], 0, 4)}, bytes(4), "no list of numbers"),
    "type": ({"a": entry([1], 0, 4, dtype="Q4")}, bytes(4), "unknown"),
    "type list": ({"a": entry([1], 0, 4, dtype=[])}, bytes(4), "unknown"),
    "no entry": ({"a": 3}, b"", "not described"),
    "metadata": ({"__metadata__": {"a": 1}}, b"", "metadata"),
    "nested": (b'{"a":' + b"[" * 100_000, b"", "broken header"),
    "empty": ({}, b"", "no tensors"),
    "int4": ({"__metadata__": {"a": "QInt4x2"}, "a": entry([1], 0, 4)}, bytes(4), "int4"),
    "huge": ({"a": entry([0, 1 << 62], 0, 0)}, b"", "beyond any memory"),
    "name": (b'{"\\ud800":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', b"x", "no valid text"),
}


@pytest.mark.parametrize("case", BAD_HEADERS)
def test_bad_headers(tmp_path: Path, case: str) -> None:
    header, data, says = BAD_HEADERS[case]
    assert says in refused(tmp_path, safetensors(header, data))


def test_names_go_to_no_terminal_raw(tmp_path: Path) -> None:
    message = refused(tmp_path, safetensors({"\x1b[31mred\n": entry([1], 0, 4, dtype="Q4")}, bytes(4)))
    assert "?[31mred?" in message


# MindSpore's ckpt


def field(number: int, value: bytes | int) -> bytes:
    if isinstance(value, int):
        return bytes([number << 3, value])
    assert len(value) < 128
    return bytes([number << 3 | 2, len(value)]) + value


def value(name: bytes, *body: bytes) -> bytes:
    return field(1, field(1, name) + field(2, b"".join(body)))


TENSOR = (field(1, 2), field(2, b"Int8"), field(3, b"ab"))


def test_slices_are_joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ckpt, "SLICE", 7)
    path = tmp_path / "sliced.ckpt"
    write_ckpt(path, STATE, "")
    checkpoint = read_checkpoint(path)
    assert len(checkpoint.tensors[0].parts) == 4
    assert contents(checkpoint.tensors) == contents(STATE)


def test_fields_in_any_order_and_packed(tmp_path: Path) -> None:
    path = tmp_path / "x.ckpt"
    packed = field(1, bytes([2, 1]))
    text = value(b"epoch", field(1, 1), field(2, b"str"), field(3, b"a\0\0\0"))
    path.write_bytes(value(b"a", field(3, b"ab"), packed, field(2, b"Int8")) + text)
    checkpoint = read_checkpoint(path)
    assert contents(checkpoint.tensors) == [("a", "int8", (2, 1), b"ab")]
    assert checkpoint.beside == ("epoch",)


def test_checksum_of_ckpt(tmp_path: Path) -> None:
    path = tmp_path / "x.ckpt"
    data = value(b"a", *TENSOR)
    path.write_bytes(data + b"crc_num" + zlib.crc32(data).to_bytes(10, "big"))
    assert contents(read_checkpoint(path).tensors) == [("a", "int8", (2,), b"ab")]
    assert "checksum" in refused(tmp_path, path.read_bytes().replace(b"ab", b"ac"))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (value(b"a", *TENSOR) * 1 + value(b"b", *TENSOR) + value(b"a", *TENSOR), "twice"),
        (value(b"a", field(1, 3), *TENSOR[1:]), "its shape needs"),
        (value(b"a", TENSOR[0], field(2, b"Complex64"), TENSOR[2]), "type Complex64"),
        (field(1, field(1, b"a") + field(3, b"")), "map parameter"),
        (field(1, field(1, b"a")), "no tensor"),
        (value(b"\xff", *TENSOR), "no text"),
        (value(b"a", *TENSOR[:2]), "no content"),
        (value(b"a", *TENSOR) + field(9, 1), "field 9"),
        (value(b"a", *TENSOR)[:-1], "truncated"),
        (value(b"a", *TENSOR) + b"\x0a" + b"\xff" * 12, "endless number"),
        (value(b"a", *TENSOR) + b"\x0b", "damaged"),
    ],
)
def test_bad_messages(tmp_path: Path, data: bytes, says: str) -> None:
    assert says in refused(tmp_path, data)


# Shards


def shards(folder: Path, weight_map: object) -> Path:
    write_safetensors(folder / "one.safetensors", STATE[:2], {"format": "pt"})
    write_safetensors(folder / "two.safetensors", STATE[2:], {"format": "pt"})
    index = folder / "model.safetensors.index.json"
    index.write_text(json.dumps({"metadata": {}, "weight_map": weight_map}))
    return index


WEIGHT_MAP = {tensor.name: "two.safetensors" if at > 1 else "one.safetensors" for at, tensor in enumerate(STATE)}


@pytest.mark.parametrize("folder", [False, True])
def test_shards(tmp_path: Path, folder: bool) -> None:
    index = shards(tmp_path, WEIGHT_MAP)
    checkpoint = read_checkpoint(tmp_path if folder else index)
    assert contents(checkpoint.tensors) == contents(STATE)
    assert checkpoint.shards == 2 and len(checkpoint.files) == 3


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"mask": "../two.safetensors"}, "outside its folder"),
        ({"mask": "/etc/passwd"}, "outside its folder"),
        ({"mask": "..\\two.safetensors"}, "outside its folder"),
        ({"mask": "C:two.safetensors"}, "outside its folder"),
        ({"mask": ""}, "outside its folder"),
        ({"mask": "three.safetensors"}, "missing beside the index: three.safetensors"),
        ({"mask": "one.safetensors"}, "not in the shard the index names: mask (one.safetensors)"),
        ({"mask": 3}, "no weight_map"),
    ],
)
def test_bad_indices(tmp_path: Path, change: dict[str, object], says: str) -> None:
    index = shards(tmp_path, {**WEIGHT_MAP, **change})
    with pytest.raises(WeightsError) as caught:
        read_checkpoint(index)
    assert says in caught.value.message


def test_what_the_index_does_not_list_is_left_out(tmp_path: Path) -> None:
    index = shards(tmp_path, {name: shard for name, shard in WEIGHT_MAP.items() if name != "mask"})
    checkpoint = read_checkpoint(index)
    assert [tensor.name for tensor in checkpoint.tensors] == ["conv.weight", "conv.bias", "steps", "h.α"]
    assert "mask" in checkpoint.notes[0]


def test_a_damaged_shard_is_named(tmp_path: Path) -> None:
    index = shards(tmp_path, WEIGHT_MAP)
    (tmp_path / "two.safetensors").write_bytes(b"")
    with pytest.raises(WeightsError, match=r"two\.safetensors: empty file"):
        read_checkpoint(index)


# Other files


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty file"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "git lfs pull"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"\x89HDF\r\n\x1a\n" + bytes(600), "neither a torch"),
        (bytes(257) + b"ustar" + bytes(300), "tar archive"),
    ],
)
def test_other_files(tmp_path: Path, data: bytes, says: str) -> None:
    assert says in refused(tmp_path, data)


def test_a_small_file_makes_no_large_one(tmp_path: Path) -> None:
    """Each of many names for one tensor would be written out."""
    state = [StoredTensor(f"t{index}", DType.UINT8, (1 << 20,), (bytes(1 << 20),)) for index in range(200)]
    shared = {tensor.name: "t0" for tensor in state[1:]}
    write_zip(tmp_path / "bomb.pth", state, shared)
    assert (tmp_path / "bomb.pth").stat().st_size < 2 << 20
    assert "over and over" in refused(tmp_path, (tmp_path / "bomb.pth").read_bytes())
