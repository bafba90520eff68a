"""A run writes its files: recorded before, so that it can be undone whatever stops it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from torch2ms.model import FileError
from torch2ms.version import __version__
from torch2ms.writing.decide import Action, Decider, Policy, Refusal, Step
from torch2ms.writing.interrupts import deferred_interrupt
from torch2ms.writing.record import Change, Record, RecordError, Run, Store, hash_at
from torch2ms.writing.wanted import Wanted


@dataclass(frozen=True, slots=True)
class Place:
    """Where a run writes, and what it is remembered by. `root`: the folder that holds the record."""

    root: Path
    policy: Policy = Policy.REFUSE
    tables: str = ""
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one file. `line`: of the first conflict; `error`: why it was not written."""

    path: Path
    action: Action
    line: int = 0
    error: FileError | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What a run has written, and what not. `left`: files that it did not come to, because it was interrupted."""

    root: Path
    outcomes: tuple[Outcome, ...] = ()
    left: tuple[Path, ...] = ()

    def count(self, *actions: Action) -> int:
        """The number of files of which this became."""
        return sum(1 for outcome in self.outcomes if outcome.action in actions)

    @property
    def errors(self) -> tuple[tuple[Path, FileError], ...]:
        """What could not be written."""
        return self._errors(Action.FAILED)

    @property
    def refused(self) -> tuple[tuple[Path, FileError], ...]:
        """What was left because it was edited, and what was merged with conflicts."""
        return self._errors(Action.REFUSED, Action.CONFLICT)

    def _errors(self, *actions: Action) -> tuple[tuple[Path, FileError], ...]:
        found = ((outcome.path, outcome.error) for outcome in self.outcomes if outcome.action in actions)
        return tuple((path, error) for path, error in found if error is not None)


def write(items: Iterable[Wanted], place: Place) -> Written:
    """Write the files that may be written. Raises RecordError, before anything is written, where the tree's record
    cannot be read or kept."""
    store = Store(place.root)
    with store.locked() as made:
        record = store.load()
        decisions = Decider(place.root, store, record, place.policy).decide(items)
        refused = [decision for decision in decisions if isinstance(decision, Refusal)]
        steps = [decision for decision in decisions if isinstance(decision, Step)]
        run = _Run(store, record, place, [step for step in steps if step.action is not Action.UNCHANGED])
        run.folders += made
        run.begin([step for step in steps if step.action is Action.UNCHANGED])
        with deferred_interrupt() as interrupted:
            try:
                for step in run.steps:
                    if interrupted():
                        break
                    run.carry_out(step)
            finally:
                run.end()
        outcomes = [Outcome(step.dest, step.action) for step in steps if step.action is Action.UNCHANGED]
        outcomes += [Outcome(found.dest, found.action, error=found.error) for found in refused]
        left = tuple(step.dest for step in run.steps[len(run.outcomes) :])
        return Written(place.root, (*run.outcomes, *outcomes), left)


class _Run:
    """The steps of a run, and the record that goes with them."""

    def __init__(self, store: Store, record: Record, place: Place, steps: Sequence[Step]) -> None:
        self.store = store
        self.earlier = record
        self.steps = steps
        self.outcomes: list[Outcome] = []
        started = datetime.now(UTC)
        self.started = started.isoformat()
        self.backups = f"replaced/{started:%Y%m%dT%H%M%S.%f}"
        self.place = place
        self.files = dict(record.files)
        self.kept = _of_a_stopped_run(store, record)
        self.changes: dict[str, Change] = {}
        self.folders: list[str] = list(() if record.run is None or record.run.finished else record.run.folders)

    def begin(self, unchanged: Sequence[Step]) -> None:
        """Note what will be written, and what is as it should be already. Raises RecordError."""
        self.files.update((step.key, step.entry) for step in unchanged)
        changes = [self._change(number, step) for number, step in enumerate(self.steps)]
        self.changes = {change.path: change for change in changes}
        parents = dict.fromkeys(step.dest.parent for step in self.steps)
        missing = (folder for parent in parents for folder in self.store.missing(parent))
        self.folders = list(dict.fromkeys([*self.folders, *missing]))
        try:
            for step in (*self.steps, *unchanged):
                if step.text is not None:
                    self.store.keep_text(step.text)
            self._save(finished=not self.steps)
        except OSError as error:
            raise RecordError(f"{self.store.folder}: T2M909 cannot be written: {error.strerror or error}") from None

    def carry_out(self, step: Step) -> None:
        """Write one file, keeping the one it replaces."""
        change = self.changes[step.key]
        try:
            if hash_at(step.dest) != step.before:
                raise OSError(0, "it changed meanwhile; run again")
            step.dest.parent.mkdir(parents=True, exist_ok=True)
            if step.before is not None and change.before == step.before:
                self.store.keep_replaced(step.dest, change.backup)
            step.content.put(step.dest)
        except OSError as error:
            del self.changes[step.key]
            found = FileError("T2M909", f"cannot be written: {error.strerror or error}")
            self.outcomes.append(Outcome(step.dest, Action.FAILED, error=found))
            return
        line = step.conflicts[0] if step.conflicts else 0
        error_of = None
        if step.conflicts:
            error_of = FileError("T2M910", "both you and the conversion changed these lines: pick what is right", line)
        self.files[step.key] = step.entry
        self.outcomes.append(Outcome(step.dest, step.action, line, error_of))

    def end(self) -> None:
        """Note what was written in the end."""
        done = {self.store.key_of(outcome.path) for outcome in self.outcomes}
        self.changes = {key: change for key, change in self.changes.items() if key in done}
        with contextlib.suppress(OSError):  # the record from the beginning tells as much
            self._save(finished=len(self.outcomes) == len(self.steps))

    def _change(self, number: int, step: Step) -> Change:
        old = self.kept.get(step.key)
        if old is not None:
            return replace(old, after=step.after)
        entry = self.earlier.files.get(step.key)
        backup = "" if step.before is None else f"{self.backups}/{number}"
        return Change(step.key, step.before, step.after, backup, entry)

    def _save(self, *, finished: bool) -> None:
        changes = {**self.kept, **self.changes}
        run = self.earlier.run
        if changes:
            run = Run(self.started, finished, tuple(changes.values()), tuple(self.folders))
        if not self.files and run is None:
            return
        tables, options = self.place.tables, dict(self.place.options)
        record = Record(tool=__version__, tables=tables, options=options, files=self.files, run=run)
        self.store.save(record)
        if finished:
            self.store.tidy(record)


def _of_a_stopped_run(store: Store, record: Record) -> Mapping[str, Change]:
    """The changes of a run that was killed or interrupted: this one goes on with it, and is undone together with it."""
    run = record.run
    if run is None or run.finished:
        return {}
    return {change.path: change for change in run.changes if hash_at(store.path_of(change.path)) == change.after}
