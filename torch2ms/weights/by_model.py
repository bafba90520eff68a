"""Names and layouts from the model itself: what it holds in torch, and what its conversion holds in MindSpore."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from torch2ms.weights.description import Description
from torch2ms.weights.dtypes import DType
from torch2ms.weights.errors import check_fit
from torch2ms.weights.names import LayerNames, Placements, Stored, place
from torch2ms.weights.plan import Basis, Move, Plan
from torch2ms.weights.record import DROPPED_COUNTER, squeezed
from torch2ms.weights.tensor import Shape, StoredTensor

COUNTER = "num_batches_tracked"
_FLOATS = frozenset({"float16", "bfloat16", "float32", "float64"})
_INTEGERS = frozenset({"int8", "int16", "int32", "int64"})


@dataclass(frozen=True, slots=True)
class Model:
    """A described model with the layer names of the tables."""

    description: Description
    layers: Mapping[str, LayerNames]

    @property
    def groups(self) -> dict[str, str]:
        """For each torch entry the first name of its tensor."""
        return {entry.name: entry.same_as or entry.name for entry in self.description.entries}

    def placements(self, entries: Iterable[Stored]) -> Placements:
        """Where entries of these names and shapes go, by paths of MindSpore's parameters."""
        available = {path: parameter.shape for path, parameter in self.description.parameters.items()}
        return place(list(entries), self.description.modules, available, self.layers)

    def untouched(self, placements: Placements) -> tuple[list[str], list[str]]:
        """MindSpore parameters nothing goes to: the trainable ones, and those that stay as they are built."""
        parameters = [self.description.parameters[path] for path in placements.unexpected]
        return [one.name for one in parameters if one.trainable], [one.name for one in parameters if not one.trainable]


def to_mindspore(tensors: Sequence[StoredTensor], model: Model) -> Plan:
    """A torch state dict for the converted model.

    Raises WeightsError when the file and the model do not fit: nothing may be missing on either side.
    """
    held = {tensor.name: tensor for tensor in tensors}
    shapes = {entry.name: entry.shape for entry in model.description.entries}
    groups = model.groups
    covered = {groups[name] for name in held if name in groups}
    fitting = [tensor for tensor in tensors if shapes.get(tensor.name) == tensor.shape]
    placements = model.placements(Stored(one.name, one.shape, _same_as(one.name, groups)) for one in fitting)
    idle, unchanged = model.untouched(placements)
    targets = _targets(placements, model)
    missing = [name for name in shapes if groups[name] not in covered and not _is_counter(name)]
    others = [one for one in tensors if shapes.get(one.name, one.shape) != one.shape]
    reshaped = [f"{one.name} {one.shape}, not {shapes[one.name]}" for one in others]
    check_fit(
        "the file does not fit the model",
        ("missing in the file", missing),
        ("in the file, but not in the model", [name for name in held if name not in shapes]),
        ("another shape than in the model", reshaped),
        ("without a place in MindSpore", placements.missing),
        ("another shape in MindSpore", placements.mismatched),
        ("in MindSpore, but not in torch", [] if missing or reshaped else idle),
        ("different tensors for one parameter", _colliding(targets, groups)),
        ("another type in MindSpore", _other_types(held, placements, model)),
        ("one tensor in the model, but different ones in the file", _torn(held, targets, groups)),
    )
    return _forward_plan(tensors, placements, targets, model, tuple(unchanged))


def _forward_plan(
    tensors: Sequence[StoredTensor],
    placements: Placements,
    targets: Mapping[str, str],
    model: Model,
    unchanged: tuple[str, ...],
) -> Plan:
    placed = {placement.torch: placement for placement in placements.placed}
    first = {model.groups[name]: name for name in reversed(placed)}
    moves: list[Move] = []
    made: dict[str, StoredTensor] = {}
    for tensor in tensors:
        group = model.groups[tensor.name]
        target = targets.get(tensor.name)
        if target is not None and target not in made:
            shape = placed[tensor.name].stored_shape(tensor.shape)
            made[target] = tensor.renamed(target, shape)
            moves.append(_moved(tensor, target, shape))
        elif target is not None or group in first:
            moves.append(_moved(tensor, None, None, f"the same tensor as {first[group]}"))
        else:
            moves.append(_moved(tensor, None, None, _absent(tensor.name)))
    return Plan(Basis.SOURCE, tuple(moves), tuple(made.values()), {}, unchanged=unchanged)


def placed_names(plan: Plan, model: Model | None) -> dict[str, str]:
    """For each original tensor the MindSpore name that holds its values, shared tensors too."""
    targets = {move.name: move.target for move in plan.moves if move.target is not None}
    if model is not None:
        groups = model.groups
        by_group = {groups[name]: target for name, target in targets.items()}
        for move in plan.moves:
            if groups.get(move.name) in by_group:
                targets.setdefault(move.name, by_group[groups[move.name]])
    return targets


def to_torch(tensors: Sequence[StoredTensor], model: Model) -> Plan:
    """A MindSpore checkpoint of the converted model, as a state dict of the torch model, in torch's order.

    Raises WeightsError when the file and the model do not fit.
    """
    held = {tensor.name: tensor for tensor in tensors}
    groups = model.groups
    entries = model.description.entries
    placements = model.placements(Stored(entry.name, entry.shape, entry.same_as) for entry in entries)
    targets = _targets(placements, model)
    by_group = {groups[name]: target for name, target in targets.items()}
    sources = {entry.name: targets.get(entry.name) or by_group.get(groups[entry.name]) for entry in entries}
    absent = [name for name in placements.absent if not _is_counter(name)]
    idle, unchanged = model.untouched(placements)
    known = {parameter.name for parameter in model.description.parameters.values()}
    reshaped = [
        f"{one.name} {one.shape}, not {one_of.shape}"
        for one_of in model.description.parameters.values()
        if (one := held.get(one_of.name)) is not None and one.shape != one_of.shape
    ]
    check_fit(
        "the file does not fit the model",
        ("missing in the file", [name for name in dict.fromkeys(targets.values()) if name not in held]),
        ("in the file, but not in the model", [name for name in held if name not in known]),
        ("another shape than in the model", reshaped),
        ("only in torch, with values MindSpore does not keep", [*placements.missing, *absent]),
        ("another shape in MindSpore", placements.mismatched),
        ("in MindSpore, but not in torch", idle),
    )
    moves: list[Move] = []
    made: dict[str, StoredTensor] = {}
    for entry in entries:
        source = sources[entry.name]
        if source is None:
            made[entry.name] = StoredTensor(entry.name, DType.INT64, entry.shape, (bytes(8),))
            moves.append(_made(made[entry.name]))
        else:
            made[entry.name] = held[source].renamed(entry.name, entry.shape)
            moves.append(_moved(held[source], entry.name, entry.shape))
    left = [name for name in unchanged if name in held]
    moves += [_moved(held[name], None, None, "torch has no such parameter") for name in left]
    shared = {name: first for name, first in groups.items() if name != first}
    counted = any(move.made for move in moves)
    notes = ("num_batches_tracked starts at 0: MindSpore does not count batches",) if counted else ()
    return Plan(Basis.SOURCE, tuple(moves), tuple(made.values()), shared, notes=notes)


def _targets(placements: Placements, model: Model) -> dict[str, str]:
    """The name in MindSpore checkpoints for each entry that is placed."""
    parameters = model.description.parameters
    return {placement.torch: parameters[placement.mindspore].name for placement in placements.placed}


def _same_as(name: str, groups: Mapping[str, str]) -> str:
    return groups[name] if groups[name] != name else ""


def _is_counter(name: str) -> bool:
    return name.rpartition(".")[2] == COUNTER


def _absent(name: str) -> str:
    return DROPPED_COUNTER if _is_counter(name) else "MindSpore keeps no such tensor"


def _other_types(held: Mapping[str, StoredTensor], placements: Placements, model: Model) -> list[str]:
    """Tensors load_param_into_net would refuse: it converts among floats and among signed integers only."""
    found = []
    for placement in placements.placed:
        have, want = held[placement.torch].dtype.value, model.description.parameters[placement.mindspore].dtype
        if have != want and not ({have, want} <= _FLOATS or {have, want} <= _INTEGERS):
            found.append(f"{placement.torch} {have}, not {want}")
    return found


def _colliding(targets: Mapping[str, str], groups: Mapping[str, str]) -> list[str]:
    owner: dict[str, str] = {}
    return [name for name, target in targets.items() if groups[owner.setdefault(target, name)] != groups[name]]


def _torn(held: Mapping[str, StoredTensor], targets: Mapping[str, str], groups: Mapping[str, str]) -> list[str]:
    """Names that share a tensor in the model but have different values in the file: one of them would be lost."""
    first: dict[str, StoredTensor] = {}
    for name in targets:
        first.setdefault(groups[name], held[name])
    torn = []
    for name, tensor in held.items():
        other = first.get(groups.get(name, name))
        if other is not None and other.name != name and squeezed(other.shape) == squeezed(tensor.shape):
            if not other.same_bytes(tensor):
                torn.append(f"{other.name} and {name}")
    return torn


def _moved(tensor: StoredTensor, target: str | None, shape: Shape | None, reason: str = "") -> Move:
    return Move(tensor.name, tensor.dtype.value, tensor.shape, target, shape, reason)


def _made(tensor: StoredTensor) -> Move:
    return Move(tensor.name, tensor.dtype.value, tensor.shape, tensor.name, tensor.shape, "made up: 0", made=True)
