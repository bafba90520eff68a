"""Which files a run is about: the paths given, the folders among them walked, and where each output goes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from torch2ms.git import repository
from torch2ms.model import FileError

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

SUFFIXES = frozenset({".py", ".pyi"})

# Folders no project wants converted or copied, whether its .gitignore says so or not.
SKIPPED_FOLDERS = frozenset(
    {
        *(".git", ".hg", ".svn", "__pycache__", ".venv", ".tox", ".nox", "node_modules"),
        *(".torch2ms", ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".ipynb_checkpoints"),
    }
)


class OutputError(Exception):
    """The output cannot go where it was asked to go; nothing has been written."""


@dataclass(frozen=True, slots=True)
class Target:
    """A file to convert. `dest` is where the output goes, None when it goes nowhere.

    `root` is what its name in a patch is relative to outside a repository. `explicit`: named by the user.
    """

    path: Path
    root: Path
    explicit: bool
    dest: Path | None = None


@dataclass(frozen=True, slots=True)
class Copy:
    """A file that goes to the output tree as it is. `link`: it is a symbolic link, and what it says there."""

    path: Path
    dest: Path
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """Everything a run has to do. Errors are paths that cannot be processed at all."""

    targets: tuple[Target, ...] = ()
    copies: tuple[Copy, ...] = ()
    errors: tuple[tuple[Path, FileError], ...] = ()


def collect(
    paths: Sequence[Path],
    *,
    output: Path | None = None,
    output_is_folder: bool = False,
    in_place: bool = False,
    exclude: Sequence[str] = (),
) -> Work:
    """Look the paths up. Raises OutputError when `output` does not go with them."""
    into_folder = (
        output_is_folder
        or len(paths) > 1
        or any(path.is_dir() for path in paths)
        or (output is not None and output.is_dir())
    )
    if output is not None and into_folder and output.exists() and not output.is_dir():
        raise OutputError(f"{output}: is a file, but the output has to be a folder")
    targets: dict[tuple[Path, Path | None], Target] = {}
    copies: list[Copy] = []
    errors: list[tuple[Path, FileError]] = []
    for path in paths:
        if path.is_dir():
            dest = output
            if output is not None:
                if real(path) == real(output):
                    raise OutputError(f"{output}: is the input itself; use --in-place")
                dest = output if len(paths) == 1 else output / real(path).name
            walk = _Walk(path, exclude, skip=None if output is None else real(output))
            for found in walk.files():
                to = None if dest is None else dest / found.relative_to(path)
                is_link = found.is_symlink()
                inside = is_link and (in_place or real(found).is_relative_to(real(path)))
                if found.suffix in SUFFIXES and found.is_file() and not inside:
                    place = found if in_place else to
                    targets.setdefault((real(found), place), Target(found, path, False, place))
                elif to is not None:
                    copies.append(Copy(found, to, _link(found, path) if is_link else None))
            errors.extend(walk.errors)
        elif not path.exists():
            errors.append((path, FileError("T2M906", "no such file or folder")))
        else:
            place = path if in_place else output
            if output is not None and into_folder:
                place = output / path.name
            targets[real(path), place] = Target(path, path.parent, True, place)
    work = Work(tuple(targets.values()), tuple(copies), tuple(errors))
    if output is not None:
        _refuse_clashes(work)
    return work


def real(path: Path) -> Path:
    """The path without links. Unlike Path.resolve, a link that leads to itself is no error."""
    return Path(os.path.realpath(path))


def _link(path: Path, root: Path) -> str:
    """What a link to `path`'s target says in a copy of the tree."""
    written = os.readlink(path)
    target = real(path)
    return written if target.is_relative_to(real(root)) else str(target)


def _refuse_clashes(work: Work) -> None:
    """Two inputs must not have one output, and no output may be an input."""
    routes = [(target.path, target.dest) for target in work.targets if target.dest is not None]
    routes += [(copy.path, copy.dest) for copy in work.copies]
    sources = {real(path) for path, _ in routes}
    taken: dict[Path, Path] = {}
    for path, dest in routes:
        if real(dest) in sources:
            raise OutputError(f"{dest}: the output would overwrite an input; use --in-place")
        other = taken.setdefault(real(dest), path)
        if other != path:
            raise OutputError(f"{dest}: output of both {other} and {path}")


@dataclass(frozen=True, slots=True)
class _Patterns:
    """The patterns of one .gitignore, which hold below `base`."""

    base: Path
    spec: GitIgnoreSpec

    def decides(self, path: Path, is_folder: bool) -> bool | None:
        """True: ignored, False: explicitly not, None: these patterns say nothing."""
        if self.base not in path.parents:
            return None
        relative = path.relative_to(self.base).as_posix() + ("/" if is_folder else "")
        return self.spec.check_file(relative).include


class _Walk:
    """The files below a folder, sorted, none ignored or excluded. Links to folders are not followed."""

    def __init__(self, root: Path, exclude: Iterable[str], skip: Path | None) -> None:
        from pathspec import GitIgnoreSpec

        self.root = root
        self.skip = skip
        self.errors: list[tuple[Path, FileError]] = []
        self.spec_of = GitIgnoreSpec.from_lines
        self.exclude = GitIgnoreSpec.from_lines(exclude)

    def files(self) -> Iterator[Path]:
        """Every regular file and every link inside the tree."""
        absolute = Path(os.path.abspath(self.root))
        return self._below(self.root, absolute, self._inherited(absolute))

    def _inherited(self, folder: Path) -> tuple[_Patterns, ...]:
        """The patterns of the repository above the folder, unless they ignore the folder itself."""
        top = repository(folder)
        if top is None:
            return ()
        above = [place for place in reversed(folder.parents) if place.is_relative_to(top)]
        found = self._read(top, ".git/info/exclude")
        for place in above:
            found = (*found, *self._read(place))
        return () if any(_ignored(found, place, True) for place in (*above, folder)) else found

    def _read(self, folder: Path, name: str = ".gitignore") -> tuple[_Patterns, ...]:
        try:
            text = (folder / name).read_text(encoding="utf-8", errors="surrogateescape")
        except OSError:
            return ()
        return (_Patterns(folder, self.spec_of(text.splitlines())),)

    def _below(self, folder: Path, absolute: Path, patterns: tuple[_Patterns, ...]) -> Iterator[Path]:
        patterns = (*patterns, *self._read(absolute))
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            self.errors.append((folder, FileError("T2M906", f"cannot be read: {error.strerror}")))
            return
        for entry in entries:
            path = folder / entry.name
            place = absolute / entry.name
            is_link = entry.is_symlink()
            is_folder = entry.is_dir(follow_symlinks=False)
            if is_folder and entry.name in SKIPPED_FOLDERS:
                continue
            if is_folder and self.skip is not None and real(path) == self.skip:
                continue
            if self._excluded(path, is_folder) or _ignored(patterns, place, is_folder):
                continue
            if is_folder:
                yield from self._below(path, place, patterns)
            elif is_link or entry.is_file():
                yield path

    def _excluded(self, path: Path, is_folder: bool) -> bool:
        """Whether a glob of --exclude fits, read from the folder walked or as the path is printed."""
        end = "/" if is_folder else ""
        names = {path.relative_to(self.root).as_posix() + end, path.as_posix().lstrip("/") + end}
        return any(self.exclude.match_file(name) for name in names)


def _ignored(patterns: tuple[_Patterns, ...], path: Path, is_folder: bool) -> bool:
    """The innermost .gitignore that says anything decides."""
    for layer in reversed(patterns):
        decision = layer.decides(path, is_folder)
        if decision is not None:
            return decision
    return False
