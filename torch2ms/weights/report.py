"""What a conversion of weights did, for people and for programs."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from torch2ms.report.json import JSON
from torch2ms.version import __version__
from torch2ms.weights.convert import Conversion
from torch2ms.weights.errors import WeightsError, listed, printable
from torch2ms.weights.plan import Basis, Move

SCHEMA_VERSION = 1
# With more tensors than this, those whose names differ in numbers only share a line.
LONG = 40
# Names in a message; the JSON report has them all.
SHOWN = 30

_HOW = {
    Basis.SOURCE: "from the source",
    Basis.RECORD: "from the record of the conversion",
    Basis.GUESS: "guessed from names and shapes",
}


def to_text(done: Conversion) -> str:
    """A line for each tensor (for each kind of tensor if there are many), notes, and a last line that sums up."""
    plan = done.plan
    lines = [_title(done)]
    rows = _rows(plan.moves if len(plan.moves) <= LONG else ()) or _folded(plan.moves)
    lines += _table(rows)
    lines += [f"note: {note}" for note in notes(done)]
    lines.append(_summary(done))
    return "\n".join(lines) + "\n"


def notes(done: Conversion) -> Iterator[str]:
    """What is worth knowing beside the tensors."""
    checkpoint, plan = done.checkpoint, done.plan
    if checkpoint.key:
        beside = f"; left there: {listed(checkpoint.beside)}" if checkpoint.beside else ""
        yield f"the state dict is under {printable(checkpoint.key)}{beside}"
    elif checkpoint.beside:
        yield f"left out, since they are no tensors: {listed(checkpoint.beside)}"
    if plan.prefix:
        yield f"{plan.prefix!r} was cut off all names"
    if plan.unchanged:
        yield f"parameters without a counterpart in torch stay as the model builds them: {listed(plan.unchanged)}"
    yield from checkpoint.notes
    yield from plan.notes


def _title(done: Conversion) -> str:
    shards = f", {done.checkpoint.shards} shards" if done.checkpoint.shards > 1 else ""
    return f"{done.source} ({done.checkpoint.format.value}{shards}) → {done.dest}, names {_HOW[done.plan.basis]}"


_Row = tuple[str, str, str, str, str, str]


def _rows(moves: Iterable[Move]) -> list[_Row]:
    return [_row(move, "") for move in moves]


def _row(move: Move, count: str, shape: str = "", target_shape: str = "") -> _Row:
    target = "dropped" if move.target is None else ("=" if move.target == move.name else printable(move.target))
    same = move.target_shape is None or move.target_shape == move.shape
    after = "" if same else (target_shape or _shape(move.target_shape or ()))
    return (printable(move.name), move.dtype, shape or _shape(move.shape), target, after, f"{count}{move.reason}")


def _folded(moves: Sequence[Move]) -> list[_Row]:
    """A row for all tensors that differ in the numbers of their names only, and in their shapes."""
    groups: dict[tuple[str, str | None, str, str, bool], list[Move]] = {}
    for move in moves:
        target = None if move.target is None else _pattern(move.target)
        reshaped = move.target_shape is not None and move.target_shape != move.shape
        groups.setdefault((_pattern(move.name), target, move.dtype, _pattern(move.reason), reshaped), []).append(move)
    return [_group(name, target, members) for (name, target, _, _, _), members in groups.items()]


def _group(name: str, target: str | None, members: Sequence[Move]) -> _Row:
    first = members[0]
    if len(members) == 1:
        return _row(first, "")
    alike = Move(name, first.dtype, first.shape, target, first.target_shape, _pattern(first.reason))
    one_shape = len({move.shape for move in members}) == 1
    return _row(alike, f"×{len(members)} ", "" if one_shape else "…", "" if one_shape else "…")


def _pattern(text: str) -> str:
    """A name with `*` for its numbers: those between dots or at the end of a word, not the 2 of `conv2d_bias`."""
    return re.sub(r"(?<=[._])\d+(?=[._]|$)|^\d+(?=\.)", "*", text)


def _shape(shape: Sequence[int]) -> str:
    return "×".join(map(str, shape)) if shape else "scalar"


def _table(rows: Sequence[_Row]) -> Iterator[str]:
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(5)]
    for name, dtype, shape, target, after, remark in rows:
        cells = f"  {name:{widths[0]}}  {dtype:{widths[1]}}  {shape:{widths[2]}}  → {target:{widths[3]}}"
        yield f"{cells}  {after:{widths[4]}}  {remark}".rstrip()


def _summary(done: Conversion) -> str:
    counts = {name: count for name, count in summary(done.plan.moves).items() if count or name == "kept"}
    total = sum(not move.made for move in done.plan.moves)
    parts = ", ".join(f"{count} {name}" for name, count in counts.items() if name != "guessed")
    guessed = f", {counts['guessed']} by a guess" if "guessed" in counts else ""
    return f"{total} tensors: {parts}{guessed} · {done.size / 1e6:,.1f} MB in {done.seconds:.1f} s"


def summary(moves: Iterable[Move]) -> dict[str, int]:
    """How many tensors were kept as they are, renamed, reshaped (and perhaps renamed), dropped and made up."""
    counts = dict.fromkeys(("kept", "renamed", "reshaped", "dropped", "restored", "guessed"), 0)
    for move in moves:
        counts[action(move)] += 1
        counts["guessed"] += move.guessed
    return counts


def action(move: Move) -> str:
    """What was done with a tensor, in one word."""
    if move.made:
        return "restored"
    if move.target is None:
        return "dropped"
    if move.target_shape != move.shape:
        return "reshaped"
    return "kept" if move.target == move.name else "renamed"


def detail_lines(error: WeightsError) -> Iterator[str]:
    """The names of a mismatch, a line for each kind."""
    for kind, names in error.details:
        yield f"  {kind}: {listed(names, SHOWN)}"


def to_json(done: Conversion) -> str:
    """The whole report; docs/weights.md describes the keys."""
    checkpoint, plan = done.checkpoint, done.plan
    document: dict[str, JSON] = {
        **_head(done.source, done.dest, done.to.value),
        "names_from": plan.basis.value,
        "input_format": checkpoint.format.value,
        "files": [path.as_posix() for path in checkpoint.files],
        "key": checkpoint.key,
        "left_in_file": list(checkpoint.beside),
        "prefix": plan.prefix,
        "summary": dict(summary(plan.moves)),
        "tensors": [_move(move) for move in plan.moves],
        "unchanged_parameters": list(plan.unchanged),
        "notes": list(notes(done)),
        "bytes": done.size,
        "seconds": done.seconds,
        "errors": [],
    }
    return json.dumps(document, indent=2) + "\n"


def error_json(source: Path, dest: Path, to: str, error: WeightsError) -> str:
    """The report of a conversion that failed."""
    details: list[JSON] = [{"kind": kind, "names": list(names)} for kind, names in error.details]
    found: JSON = {"code": error.code, "message": error.message, "details": details}
    return json.dumps({**_head(source, dest, to), "tensors": [], "errors": [found]}, indent=2) + "\n"


def _head(source: Path, dest: Path, to: str) -> dict[str, JSON]:
    return {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "torch2ms", "version": __version__},
        "input": source.as_posix(),
        "output": dest.as_posix(),
        "to": to,
    }


def _move(move: Move) -> JSON:
    return {
        "name": move.name,
        "dtype": move.dtype,
        "shape": list(move.shape),
        "target": move.target,
        "target_shape": None if move.target_shape is None else list(move.target_shape),
        "action": action(move),
        "reason": move.reason,
        "guessed": move.guessed,
    }
