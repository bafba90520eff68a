"""What a run wants to write where: texts that were converted, files and links that go along as they are."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from torch2ms.atomic import replace_by_link, replacing
from torch2ms.model import FileResult, Status
from torch2ms.walk import Work, real
from torch2ms.writing.record import hash_at, hash_of, link_hash


@dataclass(frozen=True, slots=True)
class Text:
    """Bytes to write, with the mode bits of the file they were made from."""

    data: bytes
    like: Path

    def hash(self) -> str | None:
        """The hash of the file when it is written."""
        return hash_of(self.data)

    def put(self, dest: Path) -> None:
        """Write it, in one step. Raises OSError."""
        with replacing(dest, self.like) as temporary:
            temporary.write_bytes(self.data)


@dataclass(frozen=True, slots=True)
class CopyOf:
    """A file that is copied."""

    path: Path

    def hash(self) -> str | None:
        """The hash of the file. Raises OSError."""
        return hash_at(self.path)

    def put(self, dest: Path) -> None:
        """Copy it, in one step. Raises OSError."""
        with replacing(dest, self.path) as temporary:
            shutil.copyfile(self.path, temporary)


@dataclass(frozen=True, slots=True)
class LinkTo:
    """A symbolic link, with its text."""

    target: str

    def hash(self) -> str | None:
        """The hash of the link."""
        return link_hash(self.target)

    def put(self, dest: Path) -> None:
        """Make it, in one step. Raises OSError."""
        replace_by_link(dest, self.target)


Content: TypeAlias = Text | CopyOf | LinkTo


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something to write. `source` is the file it comes from, `read` the hash of what was read of it."""

    source: Path
    dest: Path
    content: Content
    read: str = ""

    @property
    def in_place(self) -> bool:
        """Whether the file takes its own place."""
        return self.dest == real(self.source)


def wanted(work: Work, results: Sequence[FileResult]) -> Iterator[Wanted]:
    """Where the results go that have to be written, and the copies beside them.

    A file that failed is carried into an output folder as it was; by itself, or in place, it is not written.
    """
    for target, result in zip(work.targets, results, strict=True):
        if target.dest is None or (result.status is Status.ERROR and target.explicit):
            continue
        in_place = target.dest == target.path
        if in_place and result.status is not Status.CHANGED:
            continue
        dest = real(target.dest) if in_place else target.dest
        read = hash_of(result.source)
        if result.status is Status.ERROR:
            yield Wanted(target.path, dest, CopyOf(target.path), read)
        else:
            yield Wanted(target.path, dest, Text(result.output, target.path), read)
    for copy in work.copies:
        content = CopyOf(copy.path) if copy.link is None else LinkTo(copy.link)
        yield Wanted(copy.path, copy.dest, content)


def record_root(work: Work, output: Path | None) -> Path:
    """The folder whose record a run belongs to: the output folder, or the one that holds all files written."""
    if output is not None:
        return output.parent if any(target.dest == output for target in work.targets) else output
    folders = [real(target.path).parent if target.explicit else real(target.root) for target in work.targets]
    return Path(os.path.commonpath(folders)) if folders else Path()
