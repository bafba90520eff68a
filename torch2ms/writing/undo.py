"""The last run taken back: what it replaced returns, what it made goes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from torch2ms.atomic import refusal
from torch2ms.model import FileError
from torch2ms.walk import SKIPPED_FOLDERS
from torch2ms.writing.record import FOLDER, Change, Record, RecordError, Run, Store, hash_at


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back. `refused`: edited since, so left; `errors`: what could not be brought back."""

    root: Path
    restored: tuple[Path, ...] = ()
    removed: tuple[Path, ...] = ()
    refused: tuple[tuple[Path, FileError], ...] = ()
    errors: tuple[tuple[Path, FileError], ...] = ()


def find_run(path: Path) -> Store | None:
    """The record of the last run that wrote to a folder or below it, or else to the nearest folder above.

    Raises RecordError for a record that cannot be read.
    """
    start = path if path.is_dir() else path.parent
    below = [(run.started, store) for store in _stores_below(start) if (run := store.load().run) is not None]
    if below:
        return max(below, key=lambda pair: pair[0])[1]
    for folder in Path(os.path.abspath(start)).parents:
        store = Store(folder)
        if store.load().run is not None:
            return store
    return None


def _stores_below(folder: Path) -> Iterator[Store]:
    for place, names, _ in os.walk(folder):
        if FOLDER in names:
            yield Store(Path(place))
        names[:] = [name for name in names if name not in SKIPPED_FOLDERS]


def undo(store: Store, *, force: bool) -> Undone:
    """Take back the last run of a tree. A file that was edited since is left, unless `force`.

    Raises RecordError when the record cannot be read, or another run is writing.
    """
    with store.locked():
        record = store.load()
        run = record.run
        if run is None:
            raise RecordError(f"{store.root}: nothing to undo")
        files = dict(record.files)
        left: list[Change] = []
        restored: list[Path] = []
        removed: list[Path] = []
        refused: list[tuple[Path, FileError]] = []
        errors: list[tuple[Path, FileError]] = []
        for change in run.changes:
            path = store.path_of(change.path)
            try:
                if reason := refusal(path):
                    raise OSError(0, reason)
                now = hash_at(path)
                if now not in (change.before, change.after) and not force and not (now is None and change.before):
                    refused.append((path, FileError("T2M910", "was edited since; --force takes it back all the same")))
                    left.append(change)
                    continue
                if now != change.before:
                    _take_back(store, path, change)
                    (removed if change.before is None else restored).append(path)
            except OSError as error:
                errors.append((path, FileError("T2M909", f"cannot be brought back: {error.strerror or error}")))
                left.append(change)
                continue
            if change.entry is None:
                files.pop(change.path, None)
            else:
                files[change.path] = change.entry
        _remember(store, replace(record, files=files, run=replace(run, changes=tuple(left)) if left else None), run)
        return Undone(store.root, tuple(restored), tuple(removed), tuple(refused), tuple(errors))


def _take_back(store: Store, path: Path, change: Change) -> None:
    """Bring back what was at a path before. Raises OSError."""
    if change.before is None:
        path.unlink()
        return
    backup = store.folder / change.backup
    if hash_at(backup) != change.before:
        raise OSError(0, f"its copy {backup} is gone or was changed")
    path.parent.mkdir(parents=True, exist_ok=True)
    os.replace(backup, path)


def _remember(store: Store, record: Record, run: Run) -> None:
    """The record after the undoing; none where nothing is left of what torch2ms wrote."""
    if not record.files and record.run is None:
        store.delete(run.folders)
        return
    try:
        store.save(record)
        store.tidy(record)
        store.remove_empty(run.folders)
    except OSError as error:
        raise RecordError(f"{store.folder}: T2M909 cannot be written: {error.strerror or error}") from None
