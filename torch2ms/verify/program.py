"""A Python file as it is imported: under which name, from which folders."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType


@dataclass(frozen=True, slots=True)
class Program:
    """A Python file, the name it is imported by, and the folders that stand on `sys.path` meanwhile."""

    file: str
    module: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Root:
    """A folder that is searched for modules; with `only`, for one top-level name."""

    folder: Path
    only: str | None = None

    def resolve(self, name: str) -> list[Path]:
        """The files that importing a dotted name runs, outermost package first; none if it is not here.

        A name that is no module (`package.Class`) gives the files of the part that is one.
        """
        parts = name.split(".")
        if self.only is not None and parts[0] != self.only:
            return []
        files: list[Path] = []
        place = self.folder
        for part in parts:
            package, module = place / part / "__init__.py", place / f"{part}.py"
            if package.is_file():
                files.append(package)
            elif module.is_file():
                return [*files, module]
            elif not (place / part).is_dir():
                return files
            place = place / part
        return files


def find_program(file: Path, alongside: Sequence[Path] = ()) -> Program:
    """How a file is imported: from the folder above its outermost package, or from its own folder.

    `alongside` are further packages or folders whose modules it may import.
    """
    return program_of(file.resolve(), find_roots(file, alongside))


def is_program_file(program: str | Program | None, source: Path) -> Callable[[str], bool]:
    """Tells the files of a program from those of libraries. `source` is the file of a program that is a text."""
    if isinstance(program, Program):
        paths = program.paths
        return lambda file: _is_below(Path(file), paths)
    return lambda file: file == str(source)


class Importer:
    """Imports programs one after the other into one process, each without sight of the others."""

    def __init__(self) -> None:
        self._baseline = frozenset(sys.modules)
        self._paths: tuple[str, ...] = ()

    def load(self, program: Program) -> ModuleType:
        """Import a program. Its folders stay on `sys.path` until the next one: it may import later on."""
        if program.paths != self._paths:
            self._forget()
            self._paths = program.paths
            sys.path[:0] = program.paths
        importlib.invalidate_caches()
        return importlib.import_module(program.module)

    def _forget(self) -> None:
        for name in set(sys.modules) - self._baseline:
            origin = getattr(sys.modules[name], "__file__", None)
            if isinstance(origin, str) and origin.startswith(self._paths) and _is_below(Path(origin), self._paths):
                del sys.modules[name]
        del sys.path[: len(self._paths)]


def _is_below(file: Path, folders: Iterable[str]) -> bool:
    """Whether a file belongs to one of the folders; what is installed inside of one does not."""
    return "site-packages" not in file.parts and any(file.is_relative_to(folder) for folder in folders)


def find_roots(file: Path, alongside: Sequence[Path]) -> list[Root]:
    """Where the modules of a program are: its own folder, the working directory, what it is told of."""
    path = file.resolve()
    folder = path.parent
    while (folder / "__init__.py").exists() and folder.parent != folder:
        folder = folder.parent
    # Beside an installed package stand all the others, the frameworks among them.
    installed = folder.name in ("site-packages", "dist-packages")
    roots = [Root(folder, path.relative_to(folder).parts[0].removesuffix(".py") if installed else None)]
    working = Path.cwd()
    if path.is_relative_to(working) and working != folder:
        roots.append(Root(working))
    for other in alongside:
        place = other.resolve()
        is_package = (place / "__init__.py").exists()
        root = Root(place.parent, place.name) if is_package else Root(place)
        if root not in roots:
            roots.append(root)
    return roots


def program_of(file: Path, roots: Sequence[Root]) -> Program:
    """How a file below the first of the roots is imported."""
    relative = file.relative_to(roots[0].folder).with_suffix("")
    parts = relative.parts[:-1] if relative.name == "__init__" and len(relative.parts) > 1 else relative.parts
    paths = dict.fromkeys(str(root.folder) for root in roots)
    return Program(str(file), ".".join(parts), tuple(paths))
