"""What a conversion to MindSpore leaves in its output, so that the way back is exact.

The record lists the tensors of the torch file in their order: original name, shape, the MindSpore name that holds the
values, or the values themselves where MindSpore keeps no such tensor.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

import msgspec

from torch2ms.weights.dtypes import DType
from torch2ms.weights.errors import WeightsError, check_fit, listed
from torch2ms.weights.plan import Basis, Move, Plan
from torch2ms.weights.tensor import Shape, StoredTensor, is_sane

VERSION = 1
# Tensors that MindSpore has no place for are small, as a rule: counters, weights of a loss.
MAX_KEPT = 1 << 20
MAX_KEPT_TOTAL = 16 << 20

DROPPED_COUNTER = "MindSpore's BatchNorm counts no batches"


class Origin(msgspec.Struct, frozen=True, omit_defaults=True):
    """A tensor of the torch file. `target`: its MindSpore name; `data`: its bytes if it has none.

    `same_as`: an earlier tensor of the file whose storage it shares.
    """

    name: str
    dtype: DType
    shape: tuple[int, ...]
    target: str | None = None
    data: bytes | None = None
    same_as: str = ""


class Record(msgspec.Struct, frozen=True):
    """All tensors of the torch file, in their order."""

    version: int
    tensors: tuple[Origin, ...]


def make_record(originals: tuple[StoredTensor, ...], targets: dict[str, str], shared: dict[str, str]) -> str:
    """The record of a conversion. `targets`: MindSpore names by original name; `shared`: storages of the original."""
    kept = 0
    origins: list[Origin] = []
    for tensor in originals:
        data: bytes | None = None
        if tensor.name not in targets and tensor.nbytes <= MAX_KEPT and kept + tensor.nbytes <= MAX_KEPT_TOTAL:
            data = tensor.content()
            kept += tensor.nbytes
        target, same_as = targets.get(tensor.name), shared.get(tensor.name, "")
        origins.append(Origin(tensor.name, tensor.dtype, tensor.shape, target, data, same_as))
    return msgspec.json.encode(Record(VERSION, tuple(origins))).decode()


def parse_record(text: str) -> Record:
    """A record read from a file.

    Raises WeightsError when it is none of this version.
    """
    try:
        record = msgspec.json.decode(text, type=Record)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise WeightsError("the record of its conversion is damaged; --source finds the names without it") from None
    if record.version != VERSION:
        raise WeightsError(f"the record of its conversion has version {record.version}, not {VERSION}")
    names = {origin.name for origin in record.tensors}
    if len(names) < len(record.tensors) or not all(is_sane(origin.shape) for origin in record.tensors):
        raise WeightsError("the record of its conversion is damaged; --source finds the names without it")
    return record


def restore(record: Record, tensors: Sequence[StoredTensor], dropped: Collection[str] = ()) -> Plan:
    """The torch file a MindSpore checkpoint was made from, with the values the checkpoint has now.

    `dropped`: MindSpore names the user left out.

    Raises WeightsError when tensors are missing, added or of another shape.
    """
    stored = {tensor.name: tensor for tensor in tensors}
    made: dict[str, StoredTensor] = {}
    moves: list[Move] = []
    lost: list[str] = []
    missing: list[str] = []
    reshaped: list[str] = []
    for origin in record.tensors:
        if origin.target in dropped:
            continue
        held = stored.get(origin.target or "")
        if origin.data is not None:
            if len(origin.data) != _size(origin.dtype, origin.shape):
                raise WeightsError(f"the record of its conversion is damaged at {listed([origin.name])}")
            made[origin.name] = StoredTensor(origin.name, origin.dtype, origin.shape, (origin.data,))
            reason = "kept in the record of the conversion"
            moves.append(_move(made[origin.name], made[origin.name], reason, made=True))
        elif origin.target is None:
            lost.append(origin.name)
        elif held is None:
            missing.append(origin.target)
        elif squeezed(held.shape) != squeezed(origin.shape):
            reshaped.append(f"{origin.target} {held.shape}, not {origin.shape}")
        else:
            made[origin.name] = held.renamed(origin.name, origin.shape)
            moves.append(_move(held, made[origin.name]))
    targets = {origin.target for origin in record.tensors}
    check_fit(
        "the file does not fit the record of its conversion",
        ("missing in the file", missing),
        ("another shape than when it was converted", reshaped),
        ("in the file, but not when it was converted", [name for name in stored if name not in targets]),
    )
    notes = (f"too large for the record, and not restored: {listed(lost)}",) if lost else ()
    # A model may hold apart, and train apart, what was one storage in the file.
    shared = {
        one.name: one.same_as
        for one in record.tensors
        if one.name in made and one.same_as in made and made[one.name].same_bytes(made[one.same_as])
    }
    return Plan(Basis.RECORD, tuple(moves), tuple(made.values()), shared, notes=notes)


def _move(before: StoredTensor, after: StoredTensor, reason: str = "", *, made: bool = False) -> Move:
    return Move(before.name, before.dtype.value, before.shape, after.name, after.shape, reason, made=made)


def _size(dtype: DType, shape: Shape) -> int:
    size = dtype.size
    for n in shape:
        size *= n
    return size


def squeezed(shape: Shape) -> Shape:
    """A shape without its axes of size one: what a layout may change."""
    return tuple(n for n in shape if n != 1)
