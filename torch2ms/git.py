"""What torch2ms needs to know of git: where the repository is, which files have uncommitted changes."""

from __future__ import annotations

import os
import subprocess
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class GitState:
    """What git says about some files. `problem`: git failed, so nothing is known about some of them.

    `dirty`: changed since the last commit; `unknown`: in the working tree, but git does not hold them (untracked,
    ignored, or it was told not to look at them).
    """

    dirty: tuple[Path, ...] = ()
    unknown: tuple[Path, ...] = ()
    outside: tuple[Path, ...] = ()
    problem: str = ""


def repository(path: Path) -> Path | None:
    """The top folder of the working tree that holds `path`, found without running git."""
    absolute = Path(os.path.abspath(path))
    return next((folder for folder in (absolute, *absolute.parents) if (folder / ".git").exists()), None)


def state(files: Iterable[Path]) -> GitState:
    """Which files changed since the last commit, which git does not hold, which are in no repository."""
    by_root: defaultdict[Path, dict[Path, Path]] = defaultdict(dict)
    outside: list[Path] = []
    for file in files:
        real = file.resolve()
        root = repository(real.parent)
        if root is None:
            outside.append(file)
        else:
            by_root[root][real] = file
    dirty: list[Path] = []
    unknown: list[Path] = []
    for root, members in by_root.items():
        try:
            changed, held = _changed(root), _held(root)
        except FileNotFoundError:
            outside.extend(members.values())
            continue
        except (OSError, subprocess.CalledProcessError) as error:
            detail = error.stderr if isinstance(error, subprocess.CalledProcessError) else str(error)
            first_line = (str(detail).strip().splitlines() or ["git status failed"])[0]
            return GitState(problem=f"{root}: {first_line}")
        dirty.extend(file for real, file in members.items() if real in changed)
        unknown.extend(file for real, file in members.items() if real not in changed and real not in held)
    return GitState(tuple(dirty), tuple(unknown), tuple(outside))


def _held(root: Path) -> frozenset[Path]:
    """The files that git holds and compares with what is there."""
    entries = _entries(root, "ls-files", "-v", "-z")
    return frozenset(root / entry[2:] for entry in entries if entry.startswith("H "))


def _changed(root: Path) -> frozenset[Path]:
    changed: set[Path] = set()
    arguments = ("status", "--porcelain=v1", "-z", "--untracked-files=no", "--ignore-submodules=all")
    entries = iter(_entries(root, *arguments))
    for entry in entries:
        if not entry:
            continue
        changed.add(root / entry[3:])
        if entry[0] in "RC":
            next(entries, None)  # the old name follows as an entry of its own
    return frozenset(changed)


def _entries(root: Path, *arguments: str) -> list[str]:
    """What a git command lists. Raises OSError, CalledProcessError."""
    done = subprocess.run(
        ["git", "--no-optional-locks", "-C", str(root), *arguments],
        capture_output=True,
        check=True,
        encoding="utf-8",
        errors="surrogateescape",
    )
    return done.stdout.split("\0")
