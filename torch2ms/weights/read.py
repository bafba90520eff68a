"""Read a checkpoint of any known format; what it is, its content decides."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath

from torch2ms.weights.checkpoint import Checkpoint
from torch2ms.weights.ckpt import is_ckpt, read_ckpt
from torch2ms.weights.errors import NO_STATE_DICT, WeightsError, listed
from torch2ms.weights.safetensors import is_safetensors, read_safetensors
from torch2ms.weights.tensor import StoredTensor, is_sane
from torch2ms.weights.torch_file import is_pickle, is_zip, read_legacy, read_zip

INDEX = ".index.json"
MAX_INDEX = 64 << 20
MAX_TENSORS = 1_000_000
# Repeated elements (a stride of zero, one storage under many names) must not turn a small file into a huge one.
MAX_GROWTH = 8
GROWTH_ALLOWANCE = 64 << 20


def read_checkpoint(path: Path, key: str = "") -> Checkpoint:
    """The tensors of a checkpoint: a file, an index of shards, or a folder that holds one of these.

    Raises WeightsError where it cannot be read; OSError where the system says so.
    """
    path = _chosen(path) if path.is_dir() else path
    if path.name.endswith(INDEX):
        return _limited(_sharded(path, key))
    return _limited(_single(path, key))


def _chosen(folder: Path) -> Path:
    """The checkpoint in a folder."""
    indices = sorted(folder.glob(f"*{INDEX}"))
    found = indices or [
        path for path in sorted(folder.iterdir()) if path.suffix in (".safetensors", ".bin", ".pth", ".pt", ".ckpt")
    ]
    if len(found) != 1:
        names = listed([path.name for path in found])
        raise WeightsError(f"the folder holds several checkpoints: {names}" if found else "the folder holds none")
    return found[0]


def _single(path: Path, key: str) -> Checkpoint:
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(512)
    if is_zip(head):
        found = read_zip(path, key)
    elif is_pickle(head) and not is_safetensors(head, size):
        found = read_legacy(path, key)
    elif key:
        raise WeightsError("--key is for torch checkpoints, and this is none", NO_STATE_DICT)
    elif is_safetensors(head, size):
        found = read_safetensors(path)
    elif is_ckpt(head):
        found = read_ckpt(path)
    else:
        raise WeightsError(_unknown(head))
    return replace(found, files=(path,))


def _unknown(head: bytes) -> str:
    """What a file that is no checkpoint might be."""
    known = "neither a torch, a safetensors nor a MindSpore checkpoint"
    if not head:
        return "empty file"
    if head.startswith(b"version https://git-lfs"):
        return "is a Git LFS pointer: fetch the file itself with `git lfs pull`"
    if head[257:262] == b"ustar":
        return "is a tar archive of torch before 0.2: load it with an old torch and save it again"
    if head.lstrip()[:1] in (b"<",):
        return f"{known}: it looks like a web page"
    return known


def _sharded(path: Path, key: str) -> Checkpoint:
    """The shards an index lists, in the order of the index."""
    places = _weight_map(path)
    shards: dict[str, Checkpoint] = {}
    missing = [name for name in dict.fromkeys(places.values()) if not (path.parent / name).is_file()]
    if missing:
        raise WeightsError(f"missing beside the index: {listed(missing)}")
    for name in dict.fromkeys(places.values()):
        try:
            shards[name] = _single(path.parent / name, key)
        except WeightsError as error:
            raise WeightsError(f"{listed([name])}: {error.message}", error.code, error.details) from None
    tensors = {name: {one.name: one for one in shard.tensors} for name, shard in shards.items()}
    lost = [f"{name} ({shard})" for name, shard in places.items() if name not in tensors[shard]]
    if lost:
        raise WeightsError(f"not in the shard the index names: {listed(lost)}")
    unlisted = [name for shard, held in tensors.items() for name in held if places.get(name) != shard]
    notes = (f"in the shards, but not in the index, and left out: {listed(unlisted)}",) if unlisted else ()
    first = next(iter(shards.values()))
    return replace(
        first,
        tensors=tuple(tensors[shard][name] for name, shard in places.items()),
        record=None,
        notes=first.notes + notes,
        files=(path, *(path.parent / name for name in shards)),
        shards=len(shards),
    )


def _weight_map(path: Path) -> dict[str, str]:
    if path.stat().st_size > MAX_INDEX:
        raise WeightsError("the index is larger than any index needs to be")
    try:
        index = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        raise WeightsError("the index is no JSON") from None
    places = index.get("weight_map") if isinstance(index, dict) else None
    if not isinstance(places, dict) or not places or not all(isinstance(name, str) for name in places.values()):
        raise WeightsError("the index has no weight_map")
    for name in places.values():
        parts = PurePosixPath(name).parts
        if not parts or name.startswith("/") or ".." in parts or "\\" in name or ":" in name or "\0" in name:
            raise WeightsError(f"the index names a shard outside its folder: {listed([name])}")
    return places


def _limited(checkpoint: Checkpoint) -> Checkpoint:
    """The checkpoint, if what it would make of itself is in proportion to the file."""
    tensors = checkpoint.tensors
    if not tensors:
        raise WeightsError("holds no tensors", NO_STATE_DICT)
    if len(tensors) > MAX_TENSORS:
        raise WeightsError(f"holds {len(tensors):,} tensors, more than {MAX_TENSORS:,}")
    _check_names(tensors)
    huge = [tensor.name for tensor in tensors if not is_sane(tensor.shape)]
    if huge:
        raise WeightsError(f"the shape of {listed(huge)} is beyond any memory")
    check_growth(checkpoint, tensors)
    return checkpoint


def check_growth(checkpoint: Checkpoint, tensors: Sequence[StoredTensor]) -> None:
    """That tensors made from a checkpoint are in proportion to its files.

    Raises WeightsError.
    """
    size = sum(path.stat().st_size for path in checkpoint.files)
    total = sum(tensor.nbytes for tensor in tensors)
    if total > MAX_GROWTH * size + GROWTH_ALLOWANCE:
        raise WeightsError(f"its {size:,} bytes would become {total:,}: one piece of data is used over and over")


def _check_names(tensors: Sequence[StoredTensor]) -> None:
    for tensor in tensors:
        try:
            tensor.name.encode("utf-8")
        except UnicodeEncodeError:
            raise WeightsError(f"the name {listed([tensor.name])} is no valid text") from None
