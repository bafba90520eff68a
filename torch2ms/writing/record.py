"""The record of what was written to a tree, in its folder `.torch2ms`: what tells edits from output, and undoes a run.

record.json     the runs: tool, options, and for each file what was read and written, as hashes
written/        the converted texts, each under its hash: the base of a merge
replaced/RUN/   what the last run has replaced
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from torch2ms.atomic import replacing

FOLDER = ".torch2ms"
FORMAT = 1
BLOCK = 1 << 20


class RecordError(Exception):
    """A record that cannot be read, kept or used now; nothing has been written to the tree."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What torch2ms made for one place. `source`: of which file; `read`, `written`: hashes of that file and of its
    conversion (after a merge the file itself holds more)."""

    source: str
    read: str
    written: str


@dataclass(frozen=True, slots=True)
class Change:
    """A file that a run has replaced or made. `before` and `after` are its hashes, `before` None where there was no
    file; `backup` is where the old one is kept below the record's folder, `entry` what was recorded of it."""

    path: str
    before: str | None
    after: str
    backup: str = ""
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A run that wrote something. It is noted before it writes, so that one that was killed can be undone as well."""

    started: str
    finished: bool
    changes: tuple[Change, ...] = ()
    folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """What is known of a tree."""

    format: int = FORMAT
    tool: str = ""
    tables: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Entry] = field(default_factory=dict)
    run: Run | None = None


def hash_of(data: bytes) -> str:
    """The hash of a file's content."""
    return hashlib.sha256(data).hexdigest()


def hash_at(path: Path) -> str | None:
    """The hash of what is at a path: the content of a file, the text of a link; None where there is nothing."""
    if path.is_symlink():
        return link_hash(os.readlink(path))
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return None


def link_hash(target: str) -> str:
    """The hash of a symbolic link."""
    return "link:" + target


class Store:
    """The record of one tree on disk."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.folder = root / FOLDER

    def path_of(self, key: str) -> Path:
        """The file that a key stands for."""
        return self.root / key

    def key_of(self, path: Path) -> str:
        """What a file is called in the record: relative to the tree, or absolute outside of it."""
        absolute, root = os.path.abspath(path), os.path.abspath(self.root)
        inside = Path(absolute).is_relative_to(root)
        return Path(os.path.relpath(absolute, root)).as_posix() if inside else absolute

    def load(self) -> Record:
        """The record, an empty one where there is none. Raises RecordError when it cannot be understood."""
        path = self.folder / "record.json"
        try:
            record = msgspec.json.decode(path.read_bytes(), type=Record)
        except FileNotFoundError:
            return Record()
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise RecordError(
                f"{path}: the record of earlier runs is broken ({error}); delete {self.folder} to go on without it"
            ) from None
        except OSError as error:
            raise RecordError(f"{path}: T2M906 cannot be read: {error.strerror}") from None
        if record.format != FORMAT:
            raise RecordError(f"{path}: written by another version of torch2ms ({record.tool}); use that one")
        return record

    def save(self, record: Record) -> None:
        """Keep the record. Raises OSError."""
        with replacing(self.folder / "record.json", None) as temporary:
            temporary.write_bytes(msgspec.json.format(msgspec.json.encode(record), indent=1) + b"\n")

    def text(self, written: str) -> bytes | None:
        """The text with this hash, when it is kept."""
        with contextlib.suppress(OSError):
            data = (self.folder / "written" / written).read_bytes()
            return data if hash_of(data) == written else None
        return None

    def keep_text(self, data: bytes) -> None:
        """Keep a converted text. Raises OSError."""
        path = self.folder / "written" / hash_of(data)
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            with replacing(path, None) as temporary:
                temporary.write_bytes(data)

    def keep_replaced(self, path: Path, backup: str) -> None:
        """Keep a file that is about to be replaced. Raises OSError."""
        kept = self.folder / backup
        kept.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileNotFoundError):
            kept.unlink()
        if path.is_symlink():
            kept.symlink_to(os.readlink(path))
            return
        try:
            os.link(path, kept)  # the file itself: what takes its place is another one
        except OSError:
            shutil.copy2(path, kept)

    def tidy(self, record: Record) -> None:
        """Delete what no part of the record speaks of any more. Raises OSError."""
        entries = [*record.files.values(), *(c.entry for c in _changes(record) if c.entry is not None)]
        texts = {entry.written for entry in entries}
        backups = {change.backup for change in _changes(record)}
        kept = [path for path in self.folder.glob("written/*") if path.name in texts]
        kept += [path for path in self.folder.glob("replaced/*/*") if self._name(path) in backups]
        for path in {*self.folder.glob("written/*"), *self.folder.glob("replaced/*/*")}.difference(kept):
            path.unlink()
        for folder in (*self.folder.glob("replaced/*"), self.folder / "replaced", self.folder / "written"):
            with contextlib.suppress(OSError):
                folder.rmdir()  # those that are empty

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()

    @contextlib.contextmanager
    def locked(self) -> Iterator[tuple[str, ...]]:
        """Let no other run write to the tree meanwhile; gives the folders that had to be made for the record.

        Raises RecordError when another run does, or when nothing can be written.
        """
        made = tuple(self.missing(self.root))
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            ignore = self.folder / ".gitignore"
            if not ignore.exists():
                ignore.write_text("# Made by torch2ms: what it wrote and replaced here.\n*\n", encoding="utf-8")
            lock = _Lock(self.folder / "lock")
        except OSError as error:
            raise RecordError(f"{self.folder}: T2M909 cannot be written: {error.strerror or error}") from None
        with contextlib.closing(lock):
            if not lock.taken:
                raise RecordError(f"{self.root}: another run of torch2ms is writing here; try again when it is done")
            try:
                yield made
            finally:
                if not (self.folder / "record.json").exists():
                    self.delete(made)

    def missing(self, folder: Path) -> Iterator[str]:
        """The folders that have to be made for this one, from the inside out."""
        while not folder.exists():
            yield self.key_of(folder)
            folder = folder.parent

    def delete(self, folders: Iterable[str] = ()) -> None:
        """Forget the tree, and remove these folders where they are empty."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.remove_empty(folders)

    def remove_empty(self, folders: Iterable[str]) -> None:
        """Remove folders that are empty, the inner ones first."""
        for key in sorted(folders, key=lambda key: len(os.path.abspath(self.path_of(key))), reverse=True):
            with contextlib.suppress(OSError):
                self.path_of(key).rmdir()


class _Lock:
    """A lock on a file, which ends with the process. `taken`: this process has it now."""

    def __init__(self, path: Path) -> None:
        self.file = path.open("ab")
        self.taken = _lock(self.file.fileno()) and _is_at(self.file.fileno(), path)

    def close(self) -> None:
        """Let others have it."""
        self.file.close()


def _changes(record: Record) -> tuple[Change, ...]:
    return () if record.run is None else record.run.changes


def _is_at(descriptor: int, path: Path) -> bool:
    """Whether an open file is still the one at a path: another process may have deleted it before it was locked."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False


def _lock(descriptor: int) -> bool:
    """Take the lock of an open file, which ends with the process; False when another process has it."""
    try:
        import fcntl
    except ImportError:
        return True  # a system without such locks
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
