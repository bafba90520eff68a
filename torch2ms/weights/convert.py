"""A checkpoint from torch to MindSpore and back: read, plan, check, write."""

from __future__ import annotations

import fnmatch
import os
import time
from collections.abc import Collection, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from torch2ms.atomic import replacing
from torch2ms.weights import by_model, guess
from torch2ms.weights.by_model import Model
from torch2ms.weights.checkpoint import Checkpoint, Format
from torch2ms.weights.ckpt import write_ckpt
from torch2ms.weights.dtypes import MINDSPORE, SAFETENSORS, DType
from torch2ms.weights.errors import MISMATCH, TYPE, UNWRITABLE, WeightsError, listed
from torch2ms.weights.plan import Move, Plan
from torch2ms.weights.read import check_growth, read_checkpoint
from torch2ms.weights.record import make_record, parse_record, restore
from torch2ms.weights.safetensors import RECORD, write_safetensors
from torch2ms.weights.tensor import StoredTensor
from torch2ms.weights.torch_file import write_zip

# What DataParallel and torch.compile put before every name.
WRAPPERS = ("module.", "_orig_mod.")


class Target(StrEnum):
    """The framework a checkpoint is for."""

    MINDSPORE = "mindspore"
    TORCH = "torch"


SUFFIXES = {
    Target.MINDSPORE: (".ckpt", ".safetensors"),
    Target.TORCH: (".pth", ".pt", ".bin", ".safetensors"),
}


@dataclass(frozen=True, slots=True)
class Conversion:
    """What was done: the plan carried out, what was read, how large the output is and how long it took."""

    source: Path
    dest: Path
    to: Target
    checkpoint: Checkpoint
    plan: Plan
    size: int
    seconds: float


def convert_weights(
    source: Path,
    dest: Path,
    *,
    to: Target = Target.MINDSPORE,
    key: str = "",
    model: Model | None = None,
    drop: Sequence[str] = (),
) -> Conversion:
    """Convert the checkpoint at `source` and write it to `dest`, whose suffix gives the format.

    `key`: where in a training checkpoint the state dict is. `model`: where names and layouts come from; without it they
    are guessed, but for the way back of a file this function wrote. `drop`: patterns of names to leave out.

    Raises WeightsError when the checkpoint cannot be read, converted or written, or does not fit the model; nothing is
    written then.
    """
    start = time.perf_counter()
    check_output(dest, to)
    try:
        checkpoint = read_checkpoint(source, key)
        _check_files(source, dest, checkpoint)
        _check_direction(checkpoint, to)
        plan = _planned(checkpoint, to, model, drop)
        check_growth(checkpoint, plan.tensors)
        _check_types(plan.tensors, to, dest.suffix)
    except OSError as error:
        raise WeightsError(f"cannot be read: {error.strerror or error}", "T2M906") from None
    try:
        dest.parent.mkdir(parents=True, exist_ok=True)
        with replacing(dest, None) as temporary:
            _write(temporary, dest.suffix, to, plan)
            size = temporary.stat().st_size
    except OSError as error:
        raise WeightsError(f"{dest} cannot be written: {error.strerror or error}", UNWRITABLE) from None
    return Conversion(source, dest, to, checkpoint, plan, size, time.perf_counter() - start)


def check_output(dest: Path, to: Target) -> None:
    """That the name of the output says a format that the framework reads."""
    if dest.suffix not in SUFFIXES[to]:
        raise WeightsError(f"-o {dest}: a file for {to} ends in {' or '.join(SUFFIXES[to])}", UNWRITABLE)
    if dest.is_dir():
        raise WeightsError(f"-o {dest}: is a folder", UNWRITABLE)


def _check_files(source: Path, dest: Path, checkpoint: Checkpoint) -> None:
    for path in checkpoint.files:
        if dest.exists() and os.path.samefile(path, dest):
            raise WeightsError(f"-o {dest}: is the input itself", UNWRITABLE)


def _check_direction(checkpoint: Checkpoint, to: Target) -> None:
    framework = {"pt": Target.TORCH, "ms": Target.MINDSPORE}.get(checkpoint.metadata.get("format", ""))
    if checkpoint.format is Format.CKPT:
        framework = Target.MINDSPORE
    elif checkpoint.format in (Format.TORCH_ZIP, Format.TORCH_LEGACY):
        framework = Target.TORCH
    if framework is to is Target.MINDSPORE:
        raise WeightsError("is a MindSpore checkpoint already; --to torch converts it back")
    if framework is to is Target.TORCH:
        raise WeightsError("is a torch checkpoint already; --to torch is for those of MindSpore")


def _planned(checkpoint: Checkpoint, to: Target, model: Model | None, drop: Sequence[str]) -> Plan:
    dropped = [tensor for tensor in checkpoint.tensors if any(fnmatch.fnmatchcase(tensor.name, one) for one in drop)]
    gone = {tensor.name for tensor in dropped}
    kept = tuple(tensor for tensor in checkpoint.tensors if tensor.name not in gone)
    if not kept:
        raise WeightsError("--drop leaves no tensor", MISMATCH)
    plan = _to_mindspore(kept, model) if to is Target.MINDSPORE else _to_torch(kept, checkpoint, model, gone)
    moves = [Move(one.name, one.dtype.value, one.shape, None, None, "--drop") for one in dropped]
    return replace(plan, moves=(*plan.moves, *moves))


def _to_mindspore(tensors: tuple[StoredTensor, ...], model: Model | None) -> Plan:
    known = None if model is None else {entry.name for entry in model.description.entries}
    prefix = wrapper_prefix([tensor.name for tensor in tensors], known)
    bare = tuple(tensor.renamed(tensor.name.removeprefix(prefix), tensor.shape) for tensor in tensors)
    shared = _shared(tensors)
    if model is None:
        plan = guess.plan(bare, guess.to_mindspore({tensor.name: tensor.shape for tensor in bare}))
        plan = replace(plan, notes=_sharing(shared))
    else:
        plan = by_model.to_mindspore(bare, model)
    targets = {f"{prefix}{name}": target for name, target in by_model.placed_names(plan, model).items()}
    record = make_record(tensors, targets, shared)
    moves = tuple(replace(move, name=f"{prefix}{move.name}") for move in plan.moves)
    return replace(plan, moves=moves, record=record, prefix=prefix)


def wrapper_prefix(names: Collection[str], known: AbstractSet[str] | None) -> str:
    """What DataParallel or torch.compile put before all names. Names the model knows are never cut."""
    prefix = ""
    while True:
        rest = [name.removeprefix(prefix) for name in names]
        if known is not None and not known.isdisjoint(rest):
            return prefix
        found = next((wrapper for wrapper in WRAPPERS if all(name.startswith(wrapper) for name in rest)), None)
        if found is None:
            return prefix
        prefix += found


def _shared(tensors: Sequence[StoredTensor]) -> dict[str, str]:
    """Names of tensors that lie at the same place of the file as an earlier one."""
    first: dict[tuple[object, ...], str] = {}
    found: dict[str, str] = {}
    for tensor in tensors:
        known = first.setdefault(tensor.place, tensor.name)
        if known != tensor.name and tensor.nbytes:
            found[tensor.name] = known
    return found


def _sharing(shared: dict[str, str]) -> tuple[str, ...]:
    if not shared:
        return ()
    names = listed([f"{other} = {name}" for name, other in shared.items()])
    return (f"one tensor under several names, of which MindSpore keeps one if the model shares it: {names}",)


def _to_torch(
    tensors: tuple[StoredTensor, ...], checkpoint: Checkpoint, model: Model | None, dropped: Collection[str]
) -> Plan:
    if checkpoint.record is not None:
        return restore(parse_record(checkpoint.record), tensors, dropped)
    if model is not None:
        return by_model.to_torch(tensors, model)
    plan = guess.plan(tensors, guess.to_torch({tensor.name: tensor.shape for tensor in tensors}))
    counted = any(name.endswith("running_var") for name in (move.target or "" for move in plan.moves))
    notes = ("num_batches_tracked is not made up without a source",) if counted else ()
    return replace(plan, notes=notes)


def _check_types(tensors: Sequence[StoredTensor], to: Target, suffix: str) -> None:
    if not tensors:
        raise WeightsError("no tensor is left to write", MISMATCH)
    known: Collection[DType] = tuple(DType)
    if to is Target.MINDSPORE:
        known = MINDSPORE
    elif suffix == ".safetensors":
        known = SAFETENSORS
    others = [f"{tensor.name} ({tensor.dtype.value})" for tensor in tensors if tensor.dtype not in known]
    if others:
        who = "mindspore.load_checkpoint" if to is Target.MINDSPORE else suffix
        raise WeightsError(f"{who} does not know the type of {listed(others)}", TYPE)
    if suffix == ".ckpt" and any(tensor.shape == (0,) for tensor in tensors):
        names = [tensor.name for tensor in tensors if tensor.shape == (0,)]
        raise WeightsError(f"a .ckpt cannot hold the empty tensor {listed(names)}: write .safetensors", TYPE)


def _write(path: Path, suffix: str, to: Target, plan: Plan) -> None:
    if suffix == ".ckpt":
        write_ckpt(path, plan.tensors, plan.record)
    elif suffix == ".safetensors":
        metadata = {"format": "ms" if to is Target.MINDSPORE else "pt"}
        if plan.record:
            metadata[RECORD] = plan.record
        # MindSpore takes a key of the metadata that is also a tensor's name for that tensor's type.
        names = {tensor.name for tensor in plan.tensors}
        write_safetensors(path, plan.tensors, {name: text for name, text in metadata.items() if name not in names})
    else:
        write_zip(path, plan.tensors, plan.shared)
