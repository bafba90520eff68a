"""What is done about each file that a run wants to write: nothing of the user's is overwritten unasked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TypeAlias

from torch2ms.atomic import protection, refusal
from torch2ms.model import FileError
from torch2ms.writing.merge import merge
from torch2ms.writing.record import Entry, Record, Store, hash_at, hash_of
from torch2ms.writing.wanted import Content, Text, Wanted

EMPTY = hash_of(b"")


class Policy(StrEnum):
    """What is done about a file in the output that was edited."""

    REFUSE = "refuse"
    MERGE = "merge"
    FORCE = "force"


class Action(StrEnum):
    """What became of a file that was to be written."""

    WRITTEN = "written"
    COPIED = "copied"
    MERGED = "merged"
    CONFLICT = "conflict"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Step:
    """A file to write, or one that is as it should be already (`action` UNCHANGED). `key`: its name in the record;
    `before`: the hash of what it replaces, `after` of what it will be; `conflicts`: lines of a merge; `text`: the text
    that torch2ms made, to be kept as the base of later merges."""

    key: str
    dest: Path
    content: Content
    action: Action
    before: str | None
    after: str
    entry: Entry
    conflicts: tuple[int, ...] = ()
    text: bytes | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file that is left as it is, and why."""

    dest: Path
    error: FileError
    action: Action


Decision: TypeAlias = Step | Refusal


class Decider:
    """Decides file by file, knowing the record of the tree."""

    def __init__(self, root: Path, store: Store, record: Record, policy: Policy) -> None:
        self.root = root
        self.store = store
        self.record = record
        self.policy = policy
        run = record.run
        # A run that was killed or stopped has written files that `files` does not know of.
        self.unfinished: Mapping[str, str] = (
            {} if run is None or run.finished else {change.path: change.after for change in run.changes}
        )

    def decide(self, items: Iterable[Wanted]) -> list[Decision]:
        """What is done about each file."""
        return [self._decide(item) for item in items]

    def _decide(self, item: Wanted) -> Decision:
        reason = refusal(item.dest, item.dest.parent if item.in_place else self.root)
        if reason:
            return _failed(item.dest, reason)
        try:
            before, after = hash_at(item.dest), item.content.hash()
            read = item.read or hash_at(item.source) or ""
        except OSError as error:
            return _failed(item.dest, f"cannot be read: {error.strerror}")
        if after is None:
            return _failed(item.dest, f"{item.source} is gone")
        key = self.store.key_of(item.dest)
        entry = Entry(str(item.source), read, after)
        action = Action.WRITTEN if isinstance(item.content, Text) else Action.COPIED
        text = item.content.data if isinstance(item.content, Text) and not item.in_place else None
        step = Step(key, item.dest, item.content, action, before, after, entry, text=text)
        if before == after:
            return replace(step, action=Action.UNCHANGED)
        if protected := protection(item.dest):
            return _failed(item.dest, protected)
        if item.in_place:
            if before == read:
                return step
            return _failed(item.dest, "it changed while it was being converted; run again")
        if before in (None, EMPTY, read, self.unfinished.get(key)) or self.policy is Policy.FORCE:
            return step
        known = self.record.files.get(key)
        if known is not None and before == known.written:
            return step
        return self._edited(step, known)

    def _edited(self, step: Step, known: Entry | None) -> Decision:
        """A file that holds something torch2ms has not written there."""
        if known is None:
            return _refused(step.dest, "was not written by torch2ms; --force overwrites it")
        base = self.store.text(known.written)
        ways = "--force overwrites it"
        if base is not None and isinstance(step.content, Text) and not step.dest.is_symlink():
            if self.policy is Policy.MERGE:
                return self._merged(step, base, step.content)
            ways = f"--merge brings both together, {ways}"
        return _refused(step.dest, f"was edited since it was written; {ways}")

    def _merged(self, step: Step, base: bytes, new: Text) -> Decision:
        try:
            edited = step.dest.read_bytes()
        except OSError as error:
            return _failed(step.dest, f"cannot be read: {error.strerror}")
        found = merge(base, edited, new.data, our_name=f"{step.key} (edited)", their_name="torch2ms")
        after = hash_of(found.text)
        action = Action.CONFLICT if found.conflicts else Action.MERGED
        if after == step.before:
            action = Action.UNCHANGED
        return replace(
            step,
            content=Text(found.text, step.dest),
            action=action,
            before=hash_of(edited),
            after=after,
            conflicts=found.conflicts,
        )


def _failed(dest: Path, reason: str) -> Refusal:
    return Refusal(dest, FileError("T2M909", f"cannot be written: {reason}"), Action.FAILED)


def _refused(dest: Path, reason: str) -> Refusal:
    return Refusal(dest, FileError("T2M910", reason), Action.REFUSED)
